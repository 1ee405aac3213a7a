import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { expectedSources, type SourceState } from '../../schemas/feeds/sources.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What this process has counted since its start, by source. */
export interface SourceCounts {
  readonly signatureFailures: ReadonlyMap<string, number>
  readonly refusals: ReadonlyMap<string, number>
}

/** Each source that is heard, was heard in the last thirty days, or is to be expected of any hub. */
export async function readSources(
  warehouse: Warehouse,
  now: Instant,
  silenceMs: number,
  counts: SourceCounts,
): Promise<SourceState[]> {
  const [heard, gaps, errors] = await Promise.all([
    warehouse.query(heardSql, { now }).then((rows) => z.array(heardRow).parse(rows)),
    warehouse.query(gapsSql, { now }).then((rows) => z.array(gapRow).parse(rows)),
    warehouse.query(errorsSql, { now }).then((rows) => z.array(errorRow).parse(rows)),
  ])
  const names = new Set([
    ...expectedSources,
    ...[...heard, ...gaps, ...errors].map(({ source }) => source),
    ...counts.signatureFailures.keys(),
    ...counts.refusals.keys(),
  ])
  return [...names].toSorted().map((source) => {
    const row = heard.find((one) => one.source === source)
    const openGaps = gaps
      .filter((one) => one.source === source)
      .map(({ began, ended, cause }) => ({ from: began, to: ended, reason: cause ?? '' }))
    const lastReceivedAt = row?.last_received ?? null
    return {
      source,
      state: stateOf(openGaps.length > 0, lastReceivedAt, now, silenceMs),
      lastEventAt: row?.last_event ?? null,
      lastReceivedAt,
      delaySeconds: row?.delay_seconds ?? null,
      skewSeconds: row?.skew_seconds ?? null,
      ratePerMinute: (row?.quarter ?? 0) / 15,
      gaps: openGaps,
      errors: errors
        .filter((one) => one.source === source)
        .map(({ code, count }) => ({ code: code ?? '', count })),
      signatureFailures: counts.signatureFailures.get(source) ?? 0,
      refusals: counts.refusals.get(source) ?? 0,
    }
  })
}

function stateOf(
  hasGap: boolean,
  lastReceivedAt: Instant | null,
  now: Instant,
  silenceMs: number,
): SourceState['state'] {
  if (hasGap) return 'gap'
  if (lastReceivedAt === null) return 'never'
  return now - lastReceivedAt >= silenceMs ? 'silent' : 'ok'
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const now = 'fromUnixTimestamp64Milli({now:Int64})'

// No event is received before it happens: what seems so shows by how much the source's clock is ahead of ours (its skew).
// What was read again or made here does not show that a source speaks; an event stands under several entities, and is one.
const heardSql = `
  SELECT source, ${ms('max(at)')} AS last_event, ${ms('max(received_at)')} AS last_received,
    toUInt32(uniqIf(id, received_at > ${now} - INTERVAL 15 MINUTE)) AS quarter,
    if(countIf(received_at > ${now} - INTERVAL 1 HOUR) = 0, NULL,
      quantileIf(0.5)(greatest(0, ${ms('received_at')} - ${ms('at')}) / 1000,
        received_at > ${now} - INTERVAL 1 HOUR)) AS delay_seconds,
    if(countIf(received_at > ${now} - INTERVAL 1 HOUR) = 0, NULL,
      minIf(${ms('received_at')} - ${ms('at')}, received_at > ${now} - INTERVAL 1 HOUR) / 1000) AS skew_seconds
  FROM events
  WHERE road NOT IN ('rest', 'hub') AND at > ${now} - INTERVAL 30 DAY
  GROUP BY source`

const gapsSql = `
  SELECT source, ${ms('gap_from')} AS began, ${ms('max(gap_to)')} AS ended,
    argMin(reason, received_at) AS cause
  FROM events
  WHERE topic = 'ledgerline.config' AND type = 'source.gap' AND gap_from IS NOT NULL
    AND gap_from > ${now} - INTERVAL 30 DAY
  GROUP BY source, gap_from HAVING countIf(status != 'open') = 0
  ORDER BY began`

// The fault's code stands in \`reason\`; without one, its words do.
const errorsSql = `
  SELECT source, coalesce(reason, source_type, '') AS code, toUInt32(uniq(id)) AS count
  FROM events
  WHERE topic = 'ledgerline.config' AND type = 'source.error' AND at > ${now} - INTERVAL 1 DAY
  GROUP BY source, code ORDER BY count DESC, code`

const heardRow = z.object({
  source: z.string(),
  last_event: z.int(),
  last_received: z.int(),
  quarter: z.int(),
  delay_seconds: z.number().nullable(),
  skew_seconds: z.number().nullable(),
})

const gapRow = z.object({
  source: z.string(),
  began: z.int(),
  ended: z.int().nullable(),
  cause: z.string().nullable(),
})

const errorRow = z.object({ source: z.string(), code: z.string().nullable(), count: z.int() })
