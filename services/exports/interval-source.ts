import { z } from 'zod'
import type { IntervalForm } from '../../connectors/form/interval-form.ts'
import type { KnownNames, PlainRow, QueueKey } from '../../connectors/identities.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { dayMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { metricsIn, tableOf } from './export-file.ts'

/** Whose row it is, as our tables know him. */
export interface PlainSubject {
  readonly queue: QueueKey | null
  readonly agent: string | null
}

/** One of whom there is something to tell, if only that nothing was; he comes once for each stretch in which that is so. */
export interface KnownSubject extends PlainSubject {
  readonly within: Span
}

/** What of the interval tables goes into files. */
export interface IntervalSource {
  /** In the order of time and of ids. Throws EXPORT_TOO_LARGE for more than `rowsMax`. */
  rows(form: IntervalForm, span: Span): Promise<readonly PlainRow[]>
  /** By base interval, something that differs as soon as any of its rows says something else in this form. */
  prints(form: IntervalForm, span: Span): Promise<ReadonlyMap<Instant, string>>
  /** Who belongs into intervals of a span though nothing is told of him in them: from his first row until five weeks after his last. */
  everybody(form: IntervalForm, span: Span): Promise<readonly KnownSubject[]>
  names(): Promise<KnownNames>
}

/** Of one file: some hundred bytes each in memory, while it is written. */
export const rowsMax = 500_000

export function createIntervalSource(warehouse: Warehouse): IntervalSource {
  return {
    async rows(form, span) {
      const metrics = metricsIn(form).map(({ name }) => `r.${name} AS ${name}`)
      const keys = keysOf(form)
      const columns = [
        `${ms('r.interval_start')} AS at`,
        ...keys.map((key) => `r.${key} AS ${key}`),
      ]
      const found = await warehouse.query(
        `SELECT ${[...columns, ...metrics].join(', ')} FROM v_${tableOf(form)} AS r
         WHERE ${within} ORDER BY ${['at', ...keys].join(', ')} LIMIT ${rowsMax + 1}`,
        { ...span },
      )
      if (found.length > rowsMax) {
        const message = `more than ${rowsMax} rows for one file: make its stretch shorter`
        throw new LedgerlineError('EXPORT_TOO_LARGE', message, { retryable: false })
      }
      return z.array(rowSchema).parse(found).map(toPlainRow)
    },
    async prints(form, span) {
      const told = [...keysOf(form), ...metricsIn(form).map(({ name }) => name)]
      const found = await warehouse.query(
        `SELECT ${ms('r.interval_start')} AS at, toString(sum(cityHash64(${told.map((name) => `r.${name}`).join(', ')}))) AS print
         FROM v_${tableOf(form)} AS r WHERE ${within} GROUP BY at`,
        { ...span },
      )
      return new Map(
        z
          .array(printSchema)
          .parse(found)
          .map(({ at, print }) => [at, print]),
      )
    },
    async everybody(form, { from, to }) {
      const keys = keysOf(form).join(', ')
      const own = `PARTITION BY ${keys} ORDER BY first`
      // By days first: of those there are few.
      const days = `SELECT ${keys}, ${ms('min(r.interval_start)')} AS first, ${ms('max(r.interval_start)')} AS last
         FROM ${tableOf(form)} AS r FINAL WHERE ${within} GROUP BY ${keys}, toDate(r.interval_start)`
      const breaks = `SELECT *, first > ${knownMs} + lagInFrame(last, 1, first)
           OVER (${own} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS is_new FROM (${days})`
      const runs = `SELECT *, sum(is_new) OVER (${own}) AS run FROM (${breaks})`
      const found = await warehouse.query(
        `SELECT ${keys}, min(first) AS known_from, max(last) + ${knownMs} AS known_to
         FROM (${runs}) GROUP BY ${keys}, run ORDER BY ${keys}, run`,
        { from: from - knownMs, to },
      )
      return z
        .array(knownSchema)
        .parse(found)
        .map((one) => ({ ...toSubject(one), within: { from: one.known_from, to: one.known_to } }))
    },
    async names() {
      const found = await warehouse.query(
        `SELECT kind, id, name, ${ms('since')} AS since FROM dimensions
         WHERE kind IN ('queue', 'worker') AND name != '' ORDER BY since`,
      )
      return knownNames(z.array(nameSchema).parse(found))
    },
  }
}

/** Whoever was not seen for so long has no row of zeros. */
const knownMs = 35 * dayMs

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const within = `r.interval_start >= fromUnixTimestamp64Milli({from:Int64})
           AND r.interval_start < fromUnixTimestamp64Milli({to:Int64})`

function keysOf({ rows }: IntervalForm): readonly string[] {
  const ofQueue = ['queue', 'channel', 'direction']
  if (rows === 'agents') return ['agent']
  return rows === 'queues' ? ofQueue : ['agent', ...ofQueue]
}

const keys = {
  agent: z.string().optional(),
  queue: z.string().optional(),
  channel: z.string().default(''),
  direction: z.string().default(''),
}
const knownSchema = z.object({ ...keys, known_from: z.int(), known_to: z.int() })
type Keys = z.infer<z.ZodObject<typeof keys>>
const rowSchema = z.object({ ...keys, at: z.int() }).catchall(z.number())
const printSchema = z.object({ at: z.int(), print: z.string() })
const nameSchema = z.object({
  ...{ kind: z.string(), id: z.string(), name: z.string(), since: z.int() },
})

function toSubject({ agent, queue, channel, direction }: Keys): PlainSubject {
  return {
    queue: queue === undefined ? null : { id: queue, channel, direction },
    agent: agent ?? null,
  }
}

function toPlainRow(row: z.infer<typeof rowSchema>): PlainRow {
  const { at, agent, queue, channel, direction, ...values } = row
  return { from: at, ...toSubject({ agent, queue, channel, direction }), values }
}

/** The name that was borne at an instant; before the first that was told, that one. */
function knownNames(all: readonly z.infer<typeof nameSchema>[]): KnownNames {
  const byId = new Map<string, { readonly name: string; readonly since: Instant }[]>()
  for (const { kind, id, name, since } of all) {
    const key = `${kind} ${id}`
    const own = byId.get(key)
    if (own === undefined) byId.set(key, [{ name, since }])
    else own.push({ name, since })
  }
  const nameAt = (kind: string, id: string, at: Instant) => {
    const own = byId.get(`${kind} ${id}`) ?? []
    return (own.findLast(({ since }) => since <= at) ?? own[0])?.name ?? null
  }
  return {
    agent: (id, at) => nameAt('worker', id, at),
    queue: (id, at) => nameAt('queue', id, at),
  }
}
