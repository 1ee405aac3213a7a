import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdherenceAnswer, AgentAdherenceAnswer } from '../../schemas/feeds/adherence.ts'
import type { Intervals } from '../../schemas/feeds/intervals.ts'
import type { AgentSchedule, Exceptions, ScheduleImport } from '../../schemas/feeds/schedules.ts'
import { createAdherenceReader, outSince } from '../../services/live/adherence-day.ts'
import { verifyAgainstFacts } from '../../services/runner/facts-check.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { anEvent, type PlainRow } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { tickAt } from '../support/sharded-run.ts'
import { tableRows } from '../support/table-rows.ts'

const minute = 60_000
const day = Date.parse('2026-03-10T00:00:00Z')
let now = day + 9 * 60 * minute
const clock = { ...systemClock, now: () => now }
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)

const activity = (worker: string, time: string, name: string) =>
  anEvent({
    ...{
      id: `${worker}-${time}`,
      type: 'worker.activity.update',
      worker,
      workerName: `${worker}!`,
    },
    ...{ activity: `WA-${name}`, activityName: name, at: at(time) },
  })

/** Ann comes two minutes late and takes her break early; of bob nobody hears after his first half hour. */
const morning = [
  anEvent({
    ...{ id: 'definitions', type: 'definitions.set', at: day - 86_400_000 },
    attributes: JSON.stringify({
      adherence: {
        activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK' },
        ...{ productiveCodes: ['ON_QUEUE'], unpaidCodes: ['BREAK'], graceMs: 3 * minute },
      },
    }),
  }),
  activity('ann', '08:02:00', 'Available'),
  activity('bob', '07:50:00', 'Available'),
  activity('bob', '08:30:00', 'Offline'),
  activity('ann', '08:50:00', 'Break'),
]

const plan = `agent,start,end,code,schedule_date
ann,2026-03-10T08:00,2026-03-10T09:00,ON_QUEUE,2026-03-10
ann,2026-03-10T09:00,2026-03-10T09:15,BREAK,2026-03-10
ann,2026-03-10T09:15,2026-03-10T12:00,ON_QUEUE,2026-03-10
bob!,2026-03-10T08:00,2026-03-10T12:00,ON_QUEUE,2026-03-10
zed,2026-03-10T08:00,2026-03-10T12:00,ON_QUEUE,2026-03-10
`

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables({ clock })
  await hub.tell([activity('ann', '00:00:00', 'Offline'), activity('bob', '00:00:00', 'Offline')])
})
afterAll(() => hub.close())

async function send<T>(
  url: string,
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
  body?: object | string,
) {
  const isText = typeof body === 'string'
  const response = await hub.app.inject({
    ...{ url, method },
    ...(body === undefined
      ? {}
      : { payload: body, headers: { 'content-type': isText ? 'text/csv' : 'application/json' } }),
  })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<T>()
}

const rowsOf = (table: 'adherence_intervals' | 'schedule_segments'): Promise<readonly PlainRow[]> =>
  tableRows(hub.warehouse, table)

/** What the table has of an agent up to now, by column. */
async function stored(agent: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const row of await rowsOf('adherence_intervals')) {
    if (row['agent'] !== agent) continue
    for (const [name, value] of Object.entries(row)) {
      if (name.endsWith('_ms')) sums[name] = (sums[name] ?? 0) + Number(value)
    }
  }
  return sums
}

test('a plan is taken in once, and who is not known is named', async () => {
  now = at('07:00:00')
  const url = '/v1/schedules?from=2026-03-10T00:00&to=2026-03-11T00:00'
  const first = await send<ScheduleImport>(url, 'POST', plan)
  expect(first).toMatchObject({ set: 2, unchanged: 0, unknown: [{ agent: 'zed' }], readAt: now })
  await hub.inStep()
  now = at('07:05:00')
  expect(await send<ScheduleImport>(url, 'POST', plan)).toMatchObject({ set: 0, unchanged: 2 })
  const read = await send<AgentSchedule>('/v1/schedules/agents/ann')
  expect(read.segments.map(({ code, date }) => [code, date])).toEqual([
    ['ON_QUEUE', '2026-03-10'],
    ['BREAK', '2026-03-10'],
    ['ON_QUEUE', '2026-03-10'],
  ])
  expect(read).toMatchObject({ unread: [], versions: [{ readAt: at('07:00:00') }] })
  const wrong = await hub.app.inject({
    ...{ url: '/v1/schedules?zone=Nowhere', method: 'POST' },
    ...{ payload: plan, headers: { 'content-type': 'text/csv' } },
  })
  expect(wrong.statusCode).toBe(400)
})

test.each(['08:55:00', '09:00:00', '09:01:00', '09:20:00'])(
  'at %s what is told of this second and today is what the table has, to the millisecond',
  async (time) => {
    now = at(time)
    const due = morning.filter((event) => event.at < now)
    await hub.tell([...due, tickAt(now)])
    await hub.shown()
    const { agents } = await send<AdherenceAnswer>('/v1/adherence')
    expect(agents.map(({ agent }) => agent)).toEqual(['ann', 'bob'])
    for (const { agent, today } of agents) {
      const sums = await stored(agent)
      expect({ agent, ...today }).toMatchObject({
        ...{ agent, scheduledMs: sums['scheduled_ms'], adherentMs: sums['adherent_ms'] },
        ...{ nonadherentMs: sums['nonadherent_ms'], gracedMs: sums['graced_ms'] },
        ...{ confActualMs: sums['conf_actual_ms'], confScheduledMs: sums['conf_scheduled_ms'] },
        unscheduledWorkMs: sums['unscheduled_work_ms'],
      })
    }
    expect((await verifyAgainstFacts(hub.warehouse, hub.runner)).differences).toEqual([])
  },
)

test('who is out now is told with since when', async () => {
  const { agents } = await send<AdherenceAnswer>('/v1/adherence?out=true')
  // Ann should have come back from her break five minutes ago.
  expect(agents).toMatchObject([
    { agent: 'ann', name: 'ann!', planned: 'ON_QUEUE', actual: 'BREAK', outSince: at('09:15:00') },
    { agent: 'bob', planned: 'ON_QUEUE', actual: null, outSince: at('08:30:00') },
  ])
  const { log, warehouse, state } = hub
  expect(await outSince(createAdherenceReader({ log, warehouse, state, clock }))).toEqual(
    new Map([
      ['ann', at('09:15:00')],
      ['bob', at('08:30:00')],
    ]),
  )
  const ann = await send<AgentAdherenceAnswer>('/v1/adherence/agents/ann')
  expect(
    ann.spans
      .filter(({ standing }) => standing !== 'unplanned')
      .map(({ from, to, standing }) => [from, to, standing]),
  ).toEqual([
    [at('08:00:00'), at('08:02:00'), 'graced'],
    [at('08:02:00'), at('08:50:00'), 'adherent'],
    [at('08:50:00'), at('09:00:00'), 'nonadherent'],
    [at('09:00:00'), at('09:15:00'), 'adherent'],
    [at('09:15:00'), at('09:20:00'), 'nonadherent'],
  ])
})

test('what is agreed afterwards changes the corrected numbers, and not those that were known', async () => {
  const before = await stored('bob')
  now = at('09:18:00')
  const { exception } = await send<{ exception: { exception: string } }>(
    '/v1/schedules/exceptions',
    'POST',
    {
      ...{ agent: 'bob', kind: 'excuse', from: '2026-03-10T08:30:00Z', to: '2026-03-10T09:00:00Z' },
      ...{ reason: 'dentist', approvedBy: 'eve' },
    },
  )
  await hub.inStep()
  const after = await stored('bob')
  expect(after['excused_ms']).toBe(30 * minute)
  expect(after['nonadherent_ms']).toBe((before['nonadherent_ms'] ?? 0) - 30 * minute)
  expect(after['known_nonadherent_ms']).toBe(before['known_nonadherent_ms'])
  expect(await send<Exceptions>('/v1/schedules/exceptions?agent=bob')).toMatchObject({
    exceptions: [{ kind: 'excuse', reason: 'dentist', approvedBy: 'eve', withdrawn: false }],
  })
  now = at('09:19:00')
  await send(`/v1/schedules/exceptions/${exception.exception}`, 'DELETE')
  await hub.inStep()
  expect(await stored('bob')).toMatchObject({ nonadherent_ms: before['nonadherent_ms'] })
})

test('a gap that names one agent is unknown time of his alone, in the table and this second', async () => {
  now = at('09:19:30')
  const bob = await stored('bob')
  const gap = (id: string, status: string) =>
    anEvent({
      ...{ id, type: 'source.gap', source: 'twilio-taskrouter', worker: 'ann', status, at: now },
      ...{ gapFrom: at('08:30:00'), gapTo: at('08:40:00') },
    })
  await hub.tell([gap('gap-of-ann', 'open')])
  await hub.shown()
  expect(await stored('ann')).toMatchObject({ unknown_ms: 10 * minute })
  expect(await stored('bob')).toEqual(bob)
  const { agents } = await send<AdherenceAnswer>('/v1/adherence')
  expect(agents.map(({ agent, today }) => [agent, today.unknownMs])).toEqual([
    ['ann', 10 * minute],
    ['bob', 0],
  ])
  await hub.tell([gap('gap-of-ann-filled', 'filled')])
  await hub.shown()
  expect(await stored('ann')).toMatchObject({ unknown_ms: 0 })
})

test('a gap of a source is unknown time, in the table and this second, until it has been read again', async () => {
  now = at('09:20:00')
  const before = { ann: await stored('ann'), bob: await stored('bob') }
  const gap = (id: string, told: { readonly gapTo: number | null; readonly status: string }) =>
    anEvent({
      ...{ id, type: 'source.gap', source: 'twilio-taskrouter', reason: 'silence' },
      ...{ at: now, gapFrom: at('08:40:00'), ...told },
    })
  const agree = async () => {
    const { agents } = await send<AdherenceAnswer>('/v1/adherence')
    for (const { agent, today } of agents) {
      const sums = await stored(agent)
      expect({ agent, ...today }).toMatchObject({
        ...{ agent, scheduledMs: sums['scheduled_ms'], adherentMs: sums['adherent_ms'] },
        ...{ nonadherentMs: sums['nonadherent_ms'], unknownMs: sums['unknown_ms'] },
        ...{ confActualMs: sums['conf_actual_ms'], confScheduledMs: sums['conf_scheduled_ms'] },
      })
      const known = ['adherent_ms', 'nonadherent_ms', 'unknown_ms'].map((name) => sums[name] ?? 0)
      expect(known.reduce((sum, ms) => sum + ms)).toBe(80 * minute)
    }
    expect((await verifyAgainstFacts(hub.warehouse, hub.runner)).differences).toEqual([])
  }

  await hub.tell([gap('gap-goes-on', { gapTo: null, status: 'open' })])
  await hub.shown()
  // Ann's ten minutes out before nine lie in it, and the five of this second.
  expect(await stored('ann')).toMatchObject({ unknown_ms: 40 * minute, nonadherent_ms: 0 })
  await agree()

  await hub.tell([gap('gap-ended', { gapTo: at('09:00:00'), status: 'open' })])
  await hub.shown()
  expect(await stored('ann')).toMatchObject({
    ...{ unknown_ms: 20 * minute, known_unknown_ms: 20 * minute },
    ...{ nonadherent_ms: 5 * minute, scheduled_ms: 60 * minute, scheduled_raw_ms: 80 * minute },
  })
  await agree()

  // What a source tells that has nothing to do with agents is another matter.
  await hub.tell([
    anEvent({
      ...{ id: 'gap-mail', type: 'source.gap', source: 'sendgrid', status: 'open', at: now },
      ...{ gapFrom: at('08:00:00'), gapTo: null },
    }),
    gap('gap-filled', { gapTo: at('09:00:00'), status: 'filled' }),
  ])
  await hub.shown()
  expect({ ann: await stored('ann'), bob: await stored('bob') }).toEqual(before)
  await agree()
})

test('intervals are answered with their ratios', async () => {
  const url =
    '/v1/intervals/adherence?from=2026-03-10T08:00Z&to=2026-03-10T09:00Z&grain=60&agent=ann'
  const { rows } = await send<Intervals>(url)
  expect(rows).toMatchObject([
    {
      ...{ agent: 'ann', scheduled_ms: 60 * minute, nonadherent_ms: 10 * minute },
      ...{
        graced_ms: 2 * minute,
        adherence: 50 / 60,
        adherence_raw: 48 / 60,
        known_adherence: 50 / 60,
      },
    },
  ])
})
