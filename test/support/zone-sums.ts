import type { Instant, Span } from '../../schemas/events/instant.ts'
import { intervalsSchema, type AttributionName } from '../../schemas/feeds/intervals.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { localViewOf } from '../../schemas/tables/view-sql.ts'
import { columnsUnder } from '../../services/live/interval-columns.ts'
import type { Runner } from '../../services/runner/runner.ts'
import { fillZoneOffsets } from '../../services/runner/zone-offsets.ts'
import type { Clock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import { localLabel, offsetSpans, readInstant } from '../../services/time/zone.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { openTestHub, type TestHub } from '../services/live/hub-with-state.ts'
import type { PlainRow } from './fold-all.ts'

/** Clocks that change by an hour in the north and in the south, by half an hour, and never. */
export const fiveZones = [
  'America/New_York',
  'Europe/Berlin',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
]

export interface ZonesCheck {
  /** Values of a key on a local day, each told by quarter hours, half hours, hours, the day, and in SQL. */
  readonly compared: number
  /** How many quarter hours local days have, by zone. */
  readonly dayLengths: Readonly<Record<string, readonly number[]>>
  readonly differences: readonly string[]
}

/** A question that people ask, and what tells its rows of one time apart. */
interface Question {
  readonly path: string
  readonly attribution: AttributionName
  readonly tables: readonly IntervalTable[]
  readonly keys: readonly string[]
}

const questions: readonly Question[] = [
  ...(['arrival', 'end', 'interval'] as const).map((attribution) => ({
    ...{ path: '/v1/intervals/queues', attribution },
    tables: ['queue_intervals'] as const,
    keys: ['queue', 'channel', 'direction'],
  })),
  ...(['end', 'interval'] as const).map((attribution) => ({
    ...{ path: '/v1/intervals/agents', attribution },
    tables: ['agent_intervals', 'agent_queue_intervals'] as const,
    keys: ['agent'],
  })),
  {
    ...{ path: '/v1/intervals/conversations', attribution: 'end' },
    tables: ['conversation_intervals'],
    keys: ['channel', 'queue'],
  },
]

const differencesMax = 20

/**
 * Whether the quarter hours of each local day add up to its half hours, to its hours and to itself, as the API answers them
 * and as the views of local time say it in SQL. Agents are asked for by name: rows of a quarter hour for all are too many.
 */
export async function checkZones(
  { warehouse, runner, clock }: Sides,
  { zones, agents }: { readonly zones: readonly string[]; readonly agents: readonly string[] },
  span: Span,
): Promise<ZonesCheck> {
  await fillZoneOffsets({ warehouse, clock, logger: silentLogger, zones }).done
  const hub = await openTestHub({ warehouse, clock, runnerProgress: () => runner.progress() })
  const differences: string[] = []
  const dayLengths: Record<string, readonly number[]> = {}
  let compared = 0
  try {
    for (const zone of zones) {
      const lengths = new Set<number>()
      for (const question of questions) {
        const asked = { zone, span: wholeDays(zone, span), agents, question }
        const rows = await answered(hub, asked, 'day')
        for (const row of rows) lengths.add(Number(row['base_intervals']))
        const days = dayValues(rows, question)
        const others = { sql: await inSql(warehouse, asked) }
        for (const grain of ['15', '30', '60']) {
          Object.assign(others, { [grain]: dayValues(await answered(hub, asked, grain), question) })
        }
        compared += days.size
        for (const [way, values] of Object.entries(others)) {
          for (const name of new Set([...days.keys(), ...values.keys()])) {
            const [found, whole] = [values.get(name) ?? 0, days.get(name) ?? 0]
            if (found === whole) continue
            differences.push(`${zone} ${name}: ${whole} by day, ${found} by ${way}`)
          }
        }
      }
      dayLengths[zone] = [...lengths].sort((a, b) => a - b)
    }
    return { compared, dayLengths, differences: differences.slice(0, differencesMax) }
  } finally {
    await hub.close()
  }
}

/** From the midnight before a span to the one after it, there. */
function wholeDays(zone: string, { from, to }: Span): Span {
  const midnight = (at: Instant): Instant => {
    const [stretch] = offsetSpans(zone, { from: at, to: at + quarterHourMs }, quarterHourMs)
    const read = readInstant(localLabel(at, stretch?.offsetMs ?? 0).slice(0, 10), zone)
    if (read.kind !== 'instant') throw new Error(read.detail)
    return read.at
  }
  return { from: midnight(from), to: midnight(to - 1 + 24 * 4 * quarterHourMs) }
}

interface Sides {
  readonly warehouse: Warehouse
  readonly runner: Pick<Runner, 'progress'>
  readonly clock: Clock
}

interface Asked {
  readonly zone: string
  readonly span: Span
  readonly agents: readonly string[]
  readonly question: Question
}

/** All rows of an answer, page by page. */
async function answered(hub: TestHub, asked: Asked, grain: string): Promise<readonly PlainRow[]> {
  const { zone, span, agents, question } = asked
  const query = new URLSearchParams({
    ...{ zone, grain, attribution: question.attribution, limit: '50000' },
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
  })
  if (question.keys.includes('agent')) for (const agent of agents) query.append('agent', agent)
  const rows: PlainRow[] = []
  for (;;) {
    const url = `${question.path}?${query.toString()}`
    const answer = await hub.app.inject({ url, headers: { host: 'localhost' } })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    const page = intervalsSchema.parse(answer.json())
    rows.push(...page.rows)
    if (page.next === null) return rows
    query.set('cursor', page.next)
  }
}

/** What adds up, or is the greatest, by local day, key and metric. */
function dayValues(rows: readonly PlainRow[], question: Question): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const row of rows) {
    const date = String(row['local_date'] ?? row['local_start']).slice(0, 10)
    const key = [question.path, date, ...question.keys.map((name) => String(row[name]))]
    for (const { name, rollUp } of metricsOf(question)) {
      if (row[name] === undefined) continue
      const cell = [...key, name].join(' ')
      const [known, value] = [values.get(cell) ?? 0, Number(row[name])]
      values.set(cell, rollUp === 'max' ? Math.max(known, value) : known + value)
    }
  }
  return values
}

async function inSql(
  warehouse: Warehouse,
  { zone, span, agents, question }: Asked,
): Promise<ReadonlyMap<string, number>> {
  const values = new Map<string, number>()
  for (const table of question.tables) {
    const metrics = metricsOf({ ...question, tables: [table] }).map(({ name, rollUp }) =>
      rollUp === 'max' ? `max(rows.${name}) AS ${name}` : `sum(rows.${name}) AS ${name}`,
    )
    const keys = question.keys.join(', ')
    const rows = await warehouse.query<PlainRow>(
      `SELECT toString(rows.local_date) AS local_date, ${keys}, ${metrics.join(', ')}
       FROM ${localViewOf(table)} AS rows
       WHERE rows.zone = {zone:String}
         AND rows.interval_start >= fromUnixTimestamp64Milli({from:Int64})
         AND rows.interval_start < fromUnixTimestamp64Milli({to:Int64})
         ${question.keys.includes('agent') ? 'AND rows.agent IN {agents:Array(String)}' : ''}
       GROUP BY local_date, ${keys}`,
      { zone, agents, ...span },
    )
    for (const [cell, value] of dayValues(rows, question)) values.set(cell, value)
  }
  return values
}

function metricsOf({ tables, attribution }: Pick<Question, 'tables' | 'attribution'>) {
  return columnsUnder(tables, attribution).metrics.filter(
    ({ rollUp }) => rollUp === 'sum' || rollUp === 'max',
  )
}
