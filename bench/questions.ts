import type { IntervalTable } from '../schemas/metrics/catalogue.ts'
import type { Metric } from '../schemas/metrics/metric.ts'
import { intervalMetrics } from '../schemas/metrics/catalogue.ts'
import { intervalStatement, type IntervalQuestion } from '../services/live/interval-sql.ts'
import { isoCalendar, localPeriods, type Grain } from '../services/time/local-period.ts'
import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { inKeptEngine } from './fresh-engine.ts'
import { centre, fillQuarters, spanEnd, spanStart } from './quarter-rows.ts'
import { quantilesOf } from './quantiles.ts'

const dayMs = 86_400_000

interface Question {
  readonly about: string
  readonly tables: readonly IntervalTable[]
  readonly keys: readonly string[]
  readonly over?: readonly string[]
  readonly metrics?: readonly string[]
  readonly grain: Grain
  readonly days: number
  readonly filters?: Readonly<Record<string, readonly string[]>>
}

const queueKeys = ['workspace', 'queue', 'channel', 'direction']
const levels = [
  ...['offered_count', 'answered_count', 'answered_in_sl_count', 'abandoned_count'],
  ...['abandoned_short_count', 'wait_answered_ms'],
]
const handling = ['handled_count', 'handle_wce_ms', 'talk_wce_ms', 'acw_wce_ms', 'hold_wce_ms']

/** What planners and supervisors ask most, of ninety days in New York. */
const questions: readonly Question[] = [
  {
    about: 'forecast history of one queue in quarter hours',
    ...{ tables: ['queue_intervals'], keys: queueKeys, grain: 15, days: 90 },
    ...{ metrics: ['offered_count', ...handling], filters: { queue: ['WQ3'] } },
  },
  {
    about: 'service level of every queue by day',
    ...{ tables: ['queue_intervals'], keys: queueKeys, grain: 'day', days: 90, metrics: levels },
  },
  {
    about: 'service level of the whole centre by day',
    ...{ tables: ['queue_intervals'], keys: ['workspace'], over: queueKeys.slice(1) },
    ...{ grain: 'day', days: 90, metrics: levels },
  },
  {
    about: 'handle times of every queue by week',
    ...{ tables: ['queue_intervals'], keys: queueKeys, grain: 'week', days: 90, metrics: handling },
  },
  {
    about: 'histograms of waits of every queue by week',
    ...{ tables: ['queue_intervals'], keys: queueKeys, grain: 'week', days: 90 },
    metrics: ['wait_answered_hist', 'wait_abandoned_hist'],
  },
  {
    about: 'every column of every queue, a day in quarter hours',
    ...{ tables: ['queue_intervals'], keys: queueKeys, grain: 15, days: 1 },
  },
  {
    about: 'one agent by day',
    ...{ tables: ['agent_intervals'], keys: ['workspace', 'agent'], grain: 'day', days: 90 },
    filters: { agent: ['WK77'] },
  },
  {
    about: 'occupancy of every agent, a week by day',
    ...{ tables: ['agent_intervals'], keys: ['workspace', 'agent'], grain: 'day', days: 7 },
    metrics: ['state_talk_ms', 'state_hold_ms', 'state_acw_ms', 'state_idle_ms', 'signed_in_ms'],
  },
  {
    about: 'work of one team of twenty, a month by week',
    ...{ tables: ['agent_queue_intervals'], keys: ['workspace', 'agent', ...queueKeys.slice(1)] },
    ...{ grain: 'week', days: 30, metrics: handling },
    filters: { agent: Array.from({ length: 20 }, (_, n) => `WK${n}`) },
  },
  {
    about: 'answers in conversations by channel and queue, by week',
    ...{ tables: ['conversation_intervals'], keys: ['workspace', 'channel', 'queue'] },
    ...{ grain: 'week', days: 90 },
  },
]

const turns = 7

/** How long the questions take that are asked most, over ninety days of a centre of a thousand agents. */
export function benchQuestions(folder: string | null): Promise<PartReport> {
  return inKeptEngine(folder, async (warehouse) => {
    const filled = await fillQuarters(warehouse)
    const figures: Figure[] = []
    const counts: Record<string, number> = {}
    for (const question of questions) {
      const { sql, params } = statementOf(question)
      const times: number[] = []
      for (let turn = 0; turn <= turns; turn++) {
        const began = performance.now()
        const rows = await warehouse.query(sql, params)
        // The first finds nothing in memory yet.
        if (turn > 0) times.push(performance.now() - began)
        counts[question.about] = rows.length
      }
      const bare = await bareMs(warehouse, question)
      const { p50, max } = quantilesOf(times)
      const note = `${counts[question.about] ?? 0} rows; slowest of ${turns} ${max.toFixed(0)} ms; bare: its columns summed, old versions and all`
      figures.push(figure({ name: question.about, value: p50, unit: 'ms', bare, note }))
    }
    return { figures, details: { centre, filled, counts } }
  })
}

function statementOf({ tables, keys, over = [], metrics, grain, days, filters }: Question) {
  const span = { from: spanEnd - days * dayMs, to: spanEnd }
  const asked = { zone: 'America/New_York', grain, calendar: isoCalendar, intervalMs: 900_000 }
  const question: IntervalQuestion = {
    ...{ ...asked, keys, over, span, after: null, limit: 50_000, filters: filters ?? {} },
    parts: tables.map((table) => ({ table, metrics: chosen(table, metrics) })),
    periods: localPeriods(span, asked),
  }
  return intervalStatement(question)
}

function chosen(table: IntervalTable, names: readonly string[] | undefined): readonly Metric[] {
  return intervalMetrics[table].filter(({ name }) => names?.includes(name) ?? true)
}

async function bareMs(warehouse: Warehouse, question: Question): Promise<number> {
  const { tables, metrics, filters = {}, days } = question
  const times: number[] = []
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now()
    for (const table of tables) {
      const sums = chosen(table, metrics).map(({ name, rollUp }) =>
        rollUp === 'histogram' ? `sumForEach(${name})` : `sum(${name})`,
      )
      const wanted = Object.keys(filters).map((name) => `AND ${name} IN {${name}:Array(String)}`)
      await warehouse.query(
        `SELECT ${sums.join(', ')} FROM ${table}
         WHERE interval_start >= fromUnixTimestamp64Milli({from:Int64}) ${wanted.join(' ')}`,
        { from: Math.max(spanStart, spanEnd - days * dayMs), ...filters },
      )
    }
    times.push(performance.now() - began)
  }
  return quantilesOf(times).p50
}
