import { histogramBoundsMs } from '../../schemas/metrics/metric.ts'

// Facts taken apart into (metric, moment, amount), or cut at the borders of intervals, in SQL alone.

/** The length of a base interval, which a statement is given with its `cutoff`. */
export const intervalMs = '{interval_ms:Int64}'

/** SQL for an instant of a fact, in milliseconds. */
export const ms = (column: string) => `toUnixTimestamp64Milli(${column})`

export interface Part {
  readonly metric: string
  /** SQL of the moment that decides the interval, in milliseconds. */
  readonly at: string
  readonly amount: string
  readonly when?: string
  /** Of a histogram: SQL of the length whose bucket the part falls into. */
  readonly lengthMs?: string
}

/** One fact as many parts: a SELECT of `key`, metric, moment and amount. */
export function partsOf(key: readonly string[], from: string, parts: readonly Part[]): string {
  const tuples = parts.map(
    ({ metric, at, amount, when = '1', lengthMs }) =>
      `(${lengthMs === undefined ? `'${metric}'` : bucketOf(metric, lengthMs)}, toInt64(ifNull(${at}, 0)), toInt64(ifNull(${amount}, 0)), toUInt8(ifNull(${when}, 0)))`,
  )
  return `SELECT ${key.join(', ')}, part.1 AS metric, part.2 AS at_ms, part.3 AS amount
    FROM (${from}) ARRAY JOIN [${tuples.join(',\n      ')}] AS part WHERE part.4 = 1`
}

/** SQL of the name of a bucket of a histogram: as many bounds as the length is above lie before it. */
function bucketOf(metric: string, lengthMs: string): string {
  const before = `arrayCount(bound -> bound < ${lengthMs}, [${histogramBoundsMs.join(', ')}])`
  return `concat('${metric}#', toString(${before}))`
}

/** Time by overlap: a span as one part for each interval that it shares time with. */
export function spansOf(
  key: readonly string[],
  from: string,
  metric: string,
  start: string,
  end: string,
  sign: 1 | -1 = 1,
): string {
  return `SELECT ${key.join(', ')}, '${metric}' AS metric, i AS at_ms,
      ${sign} * (least(e, i + ${intervalMs}) - greatest(s, i)) AS amount
    FROM (SELECT ${key.join(', ')}, toInt64(${start}) AS s, toInt64(${end}) AS e FROM (${from}) WHERE e > s)
    ARRAY JOIN range(intDiv(s, ${intervalMs}) * ${intervalMs}, e, ${intervalMs}) AS i`
}

/** Stocks: what is open at the beginning and just before the end of each interval. */
export function stockOf(
  key: readonly string[],
  from: string,
  stock: string,
  start: string,
  end: string,
): string {
  return `SELECT ${key.join(', ')}, m.1 AS metric, i AS at_ms, m.2 AS amount FROM (${borders(key, from, start, end)})
    ARRAY JOIN [('${stock}_boi_count', toInt64(s < i AND e >= i)),
      ('${stock}_eoi_count', toInt64(s < i + ${intervalMs} AND e >= i + ${intervalMs}))] AS m
    WHERE m.2 > 0`
}

/** The ages, at the end of each interval, of what is open there. */
export function agesOf(
  key: readonly string[],
  from: string,
  metric: string,
  start: string,
  end: string,
): string {
  return `SELECT ${key.join(', ')}, '${metric}' AS metric, i AS at_ms, i + ${intervalMs} - s AS amount
    FROM (${borders(key, from, start, end)}) WHERE s < i + ${intervalMs} AND e >= i + ${intervalMs}`
}

/** A span once for each interval that it touches, also the one that begins at its very end. */
function borders(key: readonly string[], from: string, start: string, end: string): string {
  return `SELECT ${key.join(', ')}, toInt64(${start}) AS s, toInt64(${end}) AS e, i
    FROM (${from}) ARRAY JOIN range(intDiv(s, ${intervalMs}) * ${intervalMs}, e + 1, ${intervalMs}) AS i`
}
