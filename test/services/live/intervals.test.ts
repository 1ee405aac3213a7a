import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import { intervalsSchema } from '../../../schemas/feeds/intervals.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { intervalMetrics, type IntervalTable } from '../../../schemas/metrics/catalogue.ts'
import { periodSql } from '../../../services/live/interval-sql.ts'
import { shardsOf } from '../../../services/log/shards.ts'
import { tickedTopics } from '../../../services/log/topics.ts'
import { appendEvents } from '../../../services/runner/shard-runner.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import type { Row } from '../../../services/warehouse/warehouse.ts'
import { isoCalendar, periodKey, type Calendar } from '../../../services/time/local-period.ts'
import { zoneNames } from '../../../services/time/zone-names.ts'
import { offsetSpans } from '../../../services/time/zone.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

const folder = join(import.meta.dirname, '../../fixtures/metrics')
const plainRow = z.looseObject({
  interval_start: z.string(),
  worker: z.string().optional(),
  queue: z.string().optional(),
})
const example = z.object({
  as_of: z.string(),
  expected: z.looseObject({
    local_labels: z
      .array(z.object({ zone: z.string(), interval_start: z.string(), local: z.string() }))
      .default([]),
    rollups: z.array(
      z.object({
        table: z.enum(['queue_intervals', 'agent_intervals']),
        where: z.record(z.string(), z.string()),
        grain: z.enum(['local_hour', 'local_day']),
        zone: z.string(),
        label: z.string(),
        values: z.record(z.string(), z.number()),
        base_intervals_in_period: z.number().optional(),
        period_ms: z.number().optional(),
      }),
    ),
  }),
})

const names = ['08-dst-fall-back', '08b-dst-spring-forward', '14-email-backlog-over-midnight']
const examples = names.map((name) => ({
  name,
  ...example.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))),
}))

let engine: TestEngine
let hub: TestHub
/** Up to when the runner that is not there has come. */
let tablesAsOf = Date.parse('2027-01-01T00:00:00Z')
const runnerProgress = () =>
  shardsOf(tickedTopics, () => 1).map((shard) => ({ ...shard, nextOffset: 1, tick: tablesAsOf }))
beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  hub = await openTestHub({ warehouse: engine.warehouse, partitions: 1, runnerProgress })
  await setDefinitions({
    sites: { Auckland: { zone: 'Pacific/Auckland', dayStartsAt: '04:00', weekStartsOn: 'sunday' } },
  })
}, 60_000)
afterAll(async () => {
  await hub.close()
  await engine.close()
})

async function setDefinitions(definitions: object): Promise<void> {
  await appendEvents(hub.log, [
    hubEvent({
      ...{ type: 'definitions.set', id: 'DE1', at: 0, receivedAt: 0 },
      attributes: JSON.stringify(definitions),
    }),
  ])
  await hub.shown()
}

/** Rows as a runner would have written them, in a workspace of their own. */
async function write(table: IntervalTable, workspace: string, rows: readonly Row[]): Promise<void> {
  await engine.warehouse.insert(
    table,
    rows.map((row, n) => ({ workspace, shard: n % 3, version: 1, is_deleted: 0, ...row })),
  )
}

async function ask(path: string, query: Readonly<Record<string, string>>) {
  const url = `${path}?${new URLSearchParams(query).toString()}`
  const answer = await hub.app.inject({ url, headers: { host: 'localhost' } })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return intervalsSchema.parse(answer.json())
}

const dayMs = 86_400_000

describe.each(examples)('$name', ({ name, as_of, expected }) => {
  beforeAll(async () => {
    for (const table of ['queue_intervals', 'agent_intervals'] as const) {
      const rows = z.array(plainRow).parse(expected[table])
      await write(
        table,
        name,
        rows.map(({ worker, queue, interval_start, ...row }) => ({
          ...row,
          ...(worker === undefined ? {} : { agent: `${name} ${worker}` }),
          ...(queue === undefined ? {} : { queue: `${name} ${queue}` }),
          interval_start: Date.parse(interval_start),
        })),
      )
    }
  })

  /** The row of a period in one attribution. */
  async function periodOf(
    { table, where, grain, zone, label }: (typeof expected.rollups)[number],
    attribution: string,
  ) {
    const around = Date.parse(label.slice(0, 10))
    const { worker, queue, ...rest } = where
    const { rows } = await ask(
      table === 'queue_intervals' ? '/v1/intervals/queues' : '/v1/intervals/agents',
      {
        from: new Date(around - dayMs).toISOString(),
        to: new Date(around + 2 * dayMs).toISOString(),
        ...{ zone, attribution, grain: grain === 'local_day' ? 'day' : '60' },
        ...(queue === undefined ? {} : { queue: `${name} ${queue}` }),
        ...(worker === undefined ? {} : { agent: `${name} ${worker}` }),
        ...rest,
      },
    )
    return rows.find(({ local_start }) => local_start.startsWith(label))
  }

  test.each(expected.rollups)('$grain $label of $table', async (rollUp) => {
    tablesAsOf = Date.parse(as_of)
    const { values, base_intervals_in_period: count, period_ms: length } = rollUp
    const row = { ...(await periodOf(rollUp, 'end')), ...(await periodOf(rollUp, 'interval')) }
    expect(row).toMatchObject(values)
    if (count !== undefined) expect(row).toMatchObject({ base_intervals: count, period_ms: length })
  })

  test.each(expected.local_labels)('$interval_start is labelled $local', async (label) => {
    const from = Date.parse(label.interval_start)
    const { rows } = await ask('/v1/intervals/agents', {
      ...{ from: label.interval_start, to: new Date(from + 900_000).toISOString() },
      ...{ zone: label.zone, grain: '15' },
    })
    expect(rows.map(({ local_start }) => local_start)).toEqual([label.local])
  })
})

describe('made-up rows', () => {
  const start = Date.parse('2026-04-04T00:00:00Z')
  const hours = 60

  beforeAll(async () => {
    tablesAsOf = Date.parse('2027-01-01T00:00:00Z')
    const rows: Row[] = []
    for (let n = 0; n < hours * 4; n++) {
      rows.push({
        ...{ queue: 'WQ1', channel: 'voice', direction: 'inbound' },
        interval_start: start + n * 900_000,
        ...{
          offered_count: 1 + (n % 3),
          answered_count: 1,
          wait_max_ms: n,
          abandoned_count: n % 2,
        },
        ...{ waiting_boi_count: n % 5, waiting_eoi_count: (n + 1) % 5, wait_answered_ms: 1000 },
        wait_answered_hist: [n % 2, 0, 1],
      })
    }
    await write('queue_intervals', 'WS-made', rows)
    await write('agent_queue_intervals', 'WS-made', [
      {
        ...{ agent: 'WK1', queue: 'WQ1', channel: 'voice', direction: 'inbound' },
        ...{
          interval_start: start,
          handled_count: 2,
          handle_wce_ms: 5000,
          offers_created_count: 3,
        },
      },
      {
        ...{ agent: 'WK1', queue: 'WQ2', channel: 'chat', direction: 'inbound' },
        ...{ interval_start: start, handled_count: 1, handle_wce_ms: 1000 },
      },
      {
        ...{ agent: 'WK2', queue: 'WQ2', channel: 'chat', direction: 'inbound' },
        ...{ interval_start: start + 900_000, handled_count: 7 },
      },
    ])
    await write('agent_intervals', 'WS-made', [
      {
        ...{ agent: 'WK1', interval_start: start, signed_in_ms: 900_000 },
        ...{ state_talk_ms: 300_000, state_idle_ms: 600_000 },
      },
    ])
  })

  const span = {
    from: new Date(start).toISOString(),
    to: new Date(start + hours * 3_600_000).toISOString(),
    queue: 'WQ1',
  }

  test.each([
    ['Pacific/Auckland', '15'],
    ['Pacific/Auckland', '30'],
    ['Pacific/Auckland', '60'],
    ['Pacific/Auckland', 'day'],
    ['Australia/Lord_Howe', '60'],
    ['Australia/Lord_Howe', 'day'],
    ['Asia/Kathmandu', '60'],
    ['UTC', 'day'],
    ['Pacific/Auckland', 'week'],
  ])('in %s the periods of %s add up to the whole', async (zone, grain) => {
    const { rows } = await ask('/v1/intervals/queues', { ...span, zone, grain })
    const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0)
    expect(sum('offered_count')).toBe(hours * 4 * 2)
    expect(sum('base_intervals')).toBe(hours * 4)
    expect(new Set(rows.map(({ local_start }) => local_start)).size).toBe(rows.length)
    for (const row of rows) {
      const first = (Date.parse(row.interval_start) - start) / 900_000
      const last = first + row.base_intervals - 1
      expect(row).toMatchObject({
        waiting_boi_count: first % 5,
        waiting_eoi_count: (last + 1) % 5,
        wait_max_ms: last,
        wait_answered_hist: expect.arrayContaining([0]) as unknown,
        asa_ms: 1000,
      })
    }
  })

  test('clocks go back by half an hour in a part of an hour of its own', async () => {
    const { rows } = await ask('/v1/intervals/queues', {
      ...span,
      ...{ zone: 'Australia/Lord_Howe', grain: '60' },
      ...{ from: '2026-04-04T14:00Z', to: '2026-04-04T16:30Z' },
    })
    expect(rows.map(({ local_start, base_intervals }) => [local_start, base_intervals])).toEqual([
      ['2026-04-05T01:00:00+11:00', 4],
      ['2026-04-05T01:30:00+10:30', 2],
      ['2026-04-05T02:00:00+10:30', 4],
    ])
  })

  test('a part of the rows leads to the next, until all were told once', async () => {
    const whole = await ask('/v1/intervals/queues', span)
    const pages: unknown[] = []
    let cursor: Record<string, string> = {}
    for (;;) {
      const { rows, next } = await ask('/v1/intervals/queues', { ...span, limit: '70', ...cursor })
      pages.push(...rows)
      if (next === null) break
      cursor = { cursor: next }
    }
    expect(pages).toEqual(whole.rows)
  })

  test('the total of several queues counts each once, with stocks of the same moment', async () => {
    const at = '2026-05-01T10:00:00Z'
    const row = (queue: string, minutes: number, waiting: number) => ({
      ...{ queue, channel: 'voice', direction: 'inbound', offered_count: 1 },
      interval_start: Date.parse(at) + minutes * 60_000,
      ...{ waiting_boi_count: waiting, waiting_eoi_count: waiting, wait_max_ms: waiting },
      oldest_waiting_eoi_ms: 1000 * waiting,
    })
    await write('queue_intervals', 'WS-total', [
      ...[row('A', 0, 3), row('A', 15, 2), row('A', 45, 1)],
      ...[row('B', 0, 10), row('B', 30, 20)],
    ])
    const { rows } = await ask('/v1/intervals/queues', {
      ...{ from: at, to: '2026-05-01T11:00:00Z', grain: '60', by: 'total' },
    })
    expect(rows).toMatchObject([
      {
        ...{ workspace: 'WS-total', offered_count: 5, wait_max_ms: 20 },
        // B has no row of the last quarter hour: nothing waited there then.
        ...{ waiting_boi_count: 13, waiting_eoi_count: 1, oldest_waiting_eoi_ms: 1000 },
      },
    ])
    expect(rows[0]).not.toHaveProperty('queue')
  })

  test('what shards have of one interval becomes one row, in every grain', async () => {
    const part = (waiting: number) => ({
      ...{ queue: 'S', channel: 'voice', direction: 'inbound', offered_count: 1 },
      interval_start: Date.parse('2026-05-02T10:00:00Z'),
      ...{ waiting_boi_count: waiting, waiting_eoi_count: waiting + 1 },
      ...{ oldest_waiting_eoi_ms: 1000 * waiting, wait_max_ms: waiting },
    })
    await write('queue_intervals', 'WS-shards', [part(3), part(7), part(5)])
    const about = { from: '2026-05-02T10:00:00Z', to: '2026-05-02T11:00:00Z', queue: 'S' }
    const all = { workspace: 'WS-shards', offered_count: 3, wait_max_ms: 7, waiting_boi_count: 15 }
    const quarters = await ask('/v1/intervals/queues', { ...about, grain: '15' })
    expect(quarters.rows).toMatchObject([
      { ...all, waiting_eoi_count: 18, oldest_waiting_eoi_ms: 7000 },
    ])
    // The last quarter hour of the hour has no row.
    const hours = await ask('/v1/intervals/queues', { ...about, grain: '60' })
    expect(hours.rows).toMatchObject([{ ...all, waiting_eoi_count: 0, oldest_waiting_eoi_ms: 0 }])
  })

  test('an agent has one row of time and work together, or one of work for each queue', async () => {
    const about = { from: span.from, to: span.to, agent: 'WK1', grain: 'day' }
    const { rows } = await ask('/v1/intervals/agents', about)
    expect(rows).toMatchObject([
      { agent: 'WK1', handled_count: 3, aht_wce_ms: 2000, signed_in_ms: 900_000, occupancy: 1 / 3 },
    ])
    const byQueue = await ask('/v1/intervals/agents', { ...about, by: 'queue' })
    expect(byQueue.rows.map((row) => [row['queue'], row['handled_count']])).toEqual([
      ['WQ1', 2],
      ['WQ2', 1],
    ])
    const workOnly = await ask('/v1/intervals/agents', { ...about, agent: 'WK2' })
    expect(workOnly.rows).toMatchObject([
      { agent: 'WK2', handled_count: 7, signed_in_ms: 0, occupancy: null },
    ])
  })

  test('the days and weeks of a site begin when its calendar says', async () => {
    const site = { zone: 'Pacific/Auckland', day_starts_at: '04:00', week_starts_on: 'sunday' }
    const days = await ask('/v1/intervals/queues', {
      ...{ ...site, queue: 'WQ1', grain: 'day', from: '2026-04-04', to: '2026-04-06' },
    })
    expect(
      days.rows.map(({ local_start, base_intervals }) => [local_start, base_intervals]),
    ).toEqual([
      // The night in which clocks go back is of the day before.
      ['2026-04-04T04:00:00+13:00', 100],
      ['2026-04-05T04:00:00+12:00', 96],
    ])
    const weeks = await ask('/v1/intervals/queues', { ...span, ...site, grain: 'week' })
    expect(weeks.rows.map(({ local_start }) => local_start)).toEqual([
      '2026-04-04T13:00:00+13:00',
      '2026-04-05T04:00:00+12:00',
    ])
    const byName = { site: 'Auckland', grain: 'week', from: '2026-04-04T13:00', to: span.to }
    expect(await ask('/v1/intervals/queues', byName)).toEqual(weeks)
  })

  test('as CSV the same rows', async () => {
    const query = new URLSearchParams({ ...span, grain: 'day' }).toString()
    const answer = await hub.app.inject({
      url: `/v1/intervals/queues?${query}`,
      headers: { host: 'localhost', accept: 'text/csv' },
    })
    expect(answer.headers['content-type']).toMatch(/^text\/csv/)
    const [head = '', first = ''] = answer.body.split('\r\n')
    const cells = Object.fromEntries(head.split(',').map((name, n) => [name, first.split(',')[n]]))
    const { rows } = await ask('/v1/intervals/queues', { ...span, grain: 'day' })
    for (const name of ['local_start', 'queue', 'offered_count', 'wait_max_ms']) {
      expect(cells[name]).toBe(String(rows[0]?.[name]))
    }
    expect(cells['aht_wce_ms']).toBe('')
  })

  test('percentiles and counts within a time come from the sums of the buckets', async () => {
    const asked = { ...span, grain: 'day', percentiles: '50,90', within: '5,10' }
    const { rows } = await ask('/v1/intervals/queues', asked)
    for (const row of rows) {
      const [short = 0, , long = 0] = z.array(z.number()).parse(row['wait_answered_hist'])
      expect(row).toMatchObject({
        // A third waited up to 5 s, the others up to 10 s: both ranks are among these.
        ...{ wait_answered_p50_ms: 10_000, wait_answered_p90_ms: 10_000 },
        ...{ wait_answered_within_5s_count: short, wait_answered_within_10s_count: short + long },
        // Nobody has abandoned by the buckets: there is no percentile of nothing.
        ...{ wait_abandoned_p50_ms: null, wait_abandoned_within_10s_count: 0 },
        handle_p90_ms: null,
      })
    }
    const total = await ask('/v1/intervals/queues', { ...asked, by: 'total' })
    expect(total.rows.map((row) => row['wait_answered_within_5s_count'])).toEqual(
      rows.map((row) => row['wait_answered_within_5s_count']),
    )
  })

  test('a row can be had with some columns only, also as CSV', async () => {
    const asked = { ...span, grain: 'day', metrics: 'asa_ms,offered_count', within: '10' }
    const whole = await ask('/v1/intervals/queues', { ...span, grain: 'day', within: '10' })
    const { rows } = await ask('/v1/intervals/queues', asked)
    const names = [
      ...[
        'interval_start',
        'local_start',
        'base_intervals',
        'period_ms',
        'coverage',
        'status',
        'workspace',
      ],
      ...['queue', 'queue_name', 'channel', 'direction', 'offered_count', 'asa_ms'],
      ...['wait_answered', 'wait_abandoned', 'handle'].map((what) => `${what}_within_10s_count`),
    ]
    expect(Object.keys(rows[0] ?? {})).toEqual(names)
    expect(whole.rows).toMatchObject(rows)
    const csv = await hub.app.inject({
      url: `/v1/intervals/queues?${new URLSearchParams({ ...asked, format: 'csv' }).toString()}`,
      headers: { host: 'localhost' },
    })
    expect(csv.body.split('\r\n')[0]).toBe(names.join())
  })

  test.each([
    [
      'end',
      ['offered_count', 'handle_wce_ms', 'waiting_eoi_count'],
      ['handle_tti_ms', 'cohort_answered_count'],
    ],
    [
      'interval',
      ['offered_count', 'handle_tti_ms', 'waiting_eoi_count'],
      ['handle_wce_ms', 'cohort_answered_count'],
    ],
    [
      'arrival',
      ['offered_count', 'cohort_answered_count'],
      ['answered_count', 'handle_tti_ms', 'handle_wce_ms'],
    ],
  ])('attribution %s has its own columns only', async (attribution, has, lacks) => {
    const { rows } = await ask('/v1/intervals/queues', { ...span, grain: 'day', attribution })
    for (const name of has) expect(rows[0]).toHaveProperty(name)
    for (const name of lacks) expect(rows[0]).not.toHaveProperty(name)
  })
})

test('SQL counts periods as labels do, around all changes of clocks of many zones', async () => {
  const twentyYears = { from: Date.parse('2010-01-01T00:00Z'), to: Date.parse('2030-01-01T00:00Z') }
  const calendars: readonly Calendar[] = [isoCalendar, { dayStartsAt: '02:30', weekStartsOn: 7 }]
  const grids = [
    ...([5, 15, 30, 60] as const).map((grain) => ({ grain, calendar: isoCalendar })),
    ...calendars.flatMap((calendar) =>
      (['day', 'week'] as const).map((grain) => ({ grain, calendar })),
    ),
  ]
  // Every fifteenth of all zones, and those whose rules are like no other's.
  const odd =
    'Africa/Casablanca America/St_Johns Antarctica/Troll Asia/Gaza Australia/Lord_Howe Pacific/Apia'
  const zones = [...zoneNames().filter((_, n) => n % 15 === 0), ...odd.split(' ')]
  for (const zone of zones) {
    const stretches = offsetSpans(zone, twentyYears, 900_000)
    const hours = [-26, -2, -1.25, -1, -0.25, 0, 0.25, 0.5, 1, 2.75, 26]
    const moments = stretches.flatMap(({ from }) => hours.map((n) => from + n * 3_600_000))
    const ats = moments.filter((at) => at >= twentyYears.from)
    const keys = grids.map(
      (grid) => `arrayMap(at -> toInt64(${periodSql(stretches, grid, 'at')}), ats)`,
    )
    const [found] = await engine.warehouse.query<{ keys: readonly (readonly number[])[] }>(
      `SELECT [${keys.join(', ')}] AS keys FROM (SELECT [${ats.map((at) => `toInt64(${at})`).join(', ')}] AS ats)`,
    )
    const expected = grids.map((grid) =>
      ats.map((at) => {
        const stretch = stretches.find(({ to }) => at < to)
        return stretch === undefined ? null : periodKey(at, stretch, grid)
      }),
    )
    expect(found?.keys, zone).toEqual(expected)
  }
})

test('each metric is in an attribution', async () => {
  const seen = new Set<string>()
  for (const attribution of ['end', 'interval', 'arrival']) {
    const { rows } = await ask('/v1/intervals/queues', {
      ...{ from: '2026-04-04T00:00Z', to: '2026-04-05T00:00Z', grain: 'day', attribution },
    })
    for (const name of Object.keys(rows[0] ?? {})) seen.add(name)
  }
  for (const { name } of intervalMetrics.queue_intervals) expect(seen).toContain(name)
})

describe('wrong calls are told everything that is wrong', () => {
  async function problemOf(path: string) {
    const answer = await hub.app.inject({ url: path, headers: { host: 'localhost' } })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    return problemSchema.parse(answer.json()).errors ?? []
  }

  test('every parameter at once, with what would have been right', async () => {
    const errors = await problemOf(
      '/v1/intervals/queues?from=yesterday&to=2026-01-01T00:07Z&zone=Mars/Olympus&grain=7&attribution=mine&gain=3&limit=0',
    )
    const fields = errors.map(({ field }) => field).sort()
    expect(fields).toEqual(['attribution', 'from', 'gain', 'grain', 'limit', 'to', 'zone'])
    expect(errors.find(({ field }) => field === 'grain')?.choices).toEqual(
      '15 30 60 day week'.split(' '),
    )
  })

  test('columns that there are not, percentiles that are none, seconds that no bucket ends at', async () => {
    const errors = await problemOf(
      '/v1/intervals/queues?from=2026-01-01&to=2026-01-02&grain=7&metrics=asa_ms,made_up&percentiles=50,101&within=20,21',
    )
    expect(errors.map(({ field }) => field)).toEqual(['grain', 'metrics', 'percentiles', 'within'])
    expect(errors.find(({ field }) => field === 'metrics')?.choices).toContain('sl_ex_short')
    expect(errors.find(({ field }) => field === 'within')?.choices).toContain('20')
  })

  test('what arrived has no histogram to take percentiles from', async () => {
    const span = 'from=2026-01-01T00:00Z&to=2026-01-02T00:00Z'
    expect(
      await problemOf(`/v1/intervals/queues?${span}&attribution=arrival&percentiles=90`),
    ).toMatchObject([
      { field: 'percentiles', choices: ['attribution=end', 'attribution=interval'] },
    ])
  })

  test.each([
    ['from=2026-01-02T00:00Z&to=2026-01-01T00:00Z', 'to'],
    ['from=1990-01-01T00:00Z&to=2026-01-01T00:00Z', 'to'],
    ['to=2026-01-01T00:00Z', 'from'],
    ['from=2025-11-02T01:30&to=2025-11-03T00:00&zone=America/New_York', 'from'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&cursor=abc', 'cursor'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&grain=5', 'grain'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&day_starts_at=4', 'day_starts_at'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&day_starts_at=04:10', 'day_starts_at'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&week_starts_on=today', 'week_starts_on'],
    ['from=2026-01-01T00:00Z&to=2026-01-02T00:00Z&site=Auckland&zone=UTC', 'zone'],
  ])('%s', async (query, field) => {
    expect(await problemOf(`/v1/intervals/queues?${query}`)).toMatchObject([{ field }])
  })

  test('a site that nobody has defined is told with those that there are', async () => {
    const span = 'from=2026-01-01T00:00Z&to=2026-01-02T00:00Z'
    for (const path of ['/v1/intervals/queues', '/v1/completeness']) {
      expect(await problemOf(`${path}?${span}&site=toString`)).toMatchObject([
        { field: 'site', choices: ['Auckland'] },
      ])
    }
  })

  test('agents do not spend their time in queues', async () => {
    const span = 'from=2026-01-01T00:00Z&to=2026-01-02T00:00Z'
    expect(await problemOf(`/v1/intervals/agents?${span}&queue=WQ1`)).toMatchObject([
      { field: 'queue' },
    ])
    expect(await problemOf(`/v1/intervals/agents?${span}&attribution=arrival`)).toMatchObject([
      { field: 'attribution', choices: ['end', 'interval'] },
    ])
  })
})
