import type { Instant } from '../../schemas/events/instant.ts'
import type { ExplainedKind, ExplainQuery } from '../../schemas/feeds/explain.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { CellQuestion } from '../projections/explanation.ts'
import { distance } from '../time/zone-names.ts'
import { readInstant } from '../time/zone.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { zoneFaults } from './asked.ts'

const tablesOf: Readonly<Record<ExplainedKind, readonly IntervalTable[]>> = {
  queue: ['queue_intervals'],
  agent: [
    'agent_intervals',
    'agent_queue_intervals',
    'agent_activity_intervals',
    'adherence_intervals',
  ],
  conversation: ['conversation_intervals'],
}

/** What may be asked beside the key of each table. */
const narrowing: Readonly<Record<IntervalTable, readonly Narrowing[]>> = {
  queue_intervals: ['channel', 'direction'],
  agent_queue_intervals: ['queue', 'channel', 'direction'],
  agent_intervals: [],
  agent_activity_intervals: [],
  conversation_intervals: ['queue'],
  adherence_intervals: [],
}
type Narrowing = 'queue' | 'channel' | 'direction'

/** The field that says whose number it is. */
const subjects = { queue: 'queue', agent: 'agent', conversation: 'channel' } as const

/** The cell that a question is about, or all that is wrong with it. */
export async function askedCell(
  warehouse: Warehouse,
  query: ExplainQuery,
  intervalMs: number,
): Promise<{ readonly cell: CellQuestion | null; readonly errors: readonly ProblemError[] }> {
  const errors: ProblemError[] = []
  const from = askedInterval(query, intervalMs, errors)
  const found = askedMetric(query, errors)
  const key: Record<string, string> = {}
  const subject = subjects[query.kind]
  if (query[subject] === undefined) {
    errors.push({ field: subject, detail: `is needed with kind=${query.kind}` })
  }
  const fields = found === null ? [subject] : [subject, ...narrowing[found.table]]
  for (const field of ['queue', 'agent', 'channel', 'direction'] as const) {
    const given = query[field]
    if (given === undefined) continue
    if (found !== null && !fields.includes(field)) {
      const detail = `does not go with ${found.metric.name} of ${found.table}`
      errors.push({ field, detail, choices: [...fields] })
      continue
    }
    const id =
      field === 'queue' || field === 'agent'
        ? await askedId(warehouse, field, given, errors)
        : given
    if (id !== null) key[field] = id
  }
  if (errors.length > 0 || found === null || from === null) return { cell: null, errors }
  return { cell: { ...found, key, from }, errors }
}

function askedInterval(
  { interval, zone }: ExplainQuery,
  intervalMs: number,
  errors: ProblemError[],
): Instant | null {
  const ofZone = zoneFaults(zone)
  if (ofZone.length > 0) {
    errors.push(...ofZone)
    return null
  }
  const read = readInstant(interval, zone)
  if (read.kind === 'wrong') {
    errors.push({ field: 'interval', detail: read.detail })
    return null
  }
  const before = read.at - (read.at % intervalMs)
  if (read.at === before) return before
  errors.push({
    field: 'interval',
    detail: `is not where an interval of ${intervalMs / 60_000} minutes begins`,
    choices: [before, before + intervalMs].map((at) => new Date(at).toISOString()),
  })
  return null
}

/** By its name, or by its name without the unit where only one is meant. */
function askedMetric(
  { kind, metric: given, queue, channel, direction }: ExplainQuery,
  errors: ProblemError[],
): Pick<CellQuestion, 'table' | 'metric'> | null {
  const isWork = kind === 'agent' && [queue, channel, direction].some((part) => part !== undefined)
  const tables = isWork ? (['agent_queue_intervals'] as const) : tablesOf[kind]
  const all = tables.flatMap((table) =>
    intervalMetrics[table].map((metric: Metric) => ({ table, metric })),
  )
  const exact = all.find(({ metric }) => metric.name === given)
  if (exact !== undefined) return exact
  const meant = all.filter(({ metric }) => shortName(metric) === given)
  const [only, other] = meant
  if (only !== undefined && other === undefined) return only
  const choices =
    other === undefined
      ? all
          .map(({ metric: { name } }) => ({ name, letters: distance(given, name) }))
          .sort((a, b) => a.letters - b.letters || (a.name < b.name ? -1 : 1))
          .slice(0, 5)
          .map(({ name }) => name)
      : meant.map(({ metric }) => metric.name)
  const detail = other === undefined ? `is no metric of ${tables.join(', ')}` : 'may mean several'
  errors.push({ field: 'metric', detail, choices: [...new Set(choices)] })
  return null
}

function shortName({ name }: Metric): string {
  return name.replace(/_(count|ms|hist)$/, '')
}

/** The id, by itself or by a name that it bears or has borne. */
async function askedId(
  warehouse: Warehouse,
  field: 'queue' | 'agent',
  given: string,
  errors: ProblemError[],
): Promise<string | null> {
  const kind = field === 'queue' ? 'queue' : 'worker'
  const rows = await warehouse.query<{ readonly id: string; readonly name: string }>(
    `SELECT DISTINCT id, name FROM dimensions WHERE kind = {kind:String} ORDER BY id, name`,
    { kind },
  )
  if (rows.some(({ id }) => id === given)) return given
  const named = [...new Set(rows.filter(({ name }) => name === given).map(({ id }) => id))]
  if (named.length === 1) return named[0] ?? null
  if (named.length > 1) {
    errors.push({ field, detail: 'is the name of several', choices: named })
    return null
  }
  // Of what was never named the tables know the id all the same.
  const table = field === 'queue' ? 'queue_visits' : 'agent_activities'
  const known = await warehouse.query(
    `SELECT 1 AS one FROM ${table} WHERE ${field} = {given:String} LIMIT 1
     UNION ALL SELECT 1 AS one FROM segments WHERE ${field} = {given:String} LIMIT 1`,
    { given },
  )
  if (known.length > 0) return given
  const choices = [...new Set(rows.map(({ id, name }) => (name === '' ? id : name)))]
    .sort((a, b) => distance(given, a) - distance(given, b) || (a < b ? -1 : 1))
    .slice(0, 5)
  errors.push({ field, detail: 'is neither an id nor a name that was ever told', choices })
  return null
}
