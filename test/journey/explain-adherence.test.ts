import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionsFileSchema } from '../../schemas/events/definitions.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { explainedCellSchema, explainedEventSchema } from '../../schemas/feeds/explain.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { anException, aPlan } from '../support/plan-events.ts'
import { tickAt } from '../support/sharded-run.ts'
import { runCli } from '../support/terminal.ts'

const minute = 60_000
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)
const iso = (time: string) => new Date(at(time)).toISOString()
const dayBefore = at('00:00:00') - 24 * 60 * minute

const mapping = mappingFileSchema.parse({
  target: 'calabrio',
  minimumDwellMs: 5_000,
  rules: [
    { when: { phase: ['talk'] }, give: { code: 'READY', class: 'available' } },
    { when: { activity: ['Available'] }, give: { code: 'READY', class: 'available' } },
    { when: { activity: ['Break'] }, give: { code: 'BREAK', class: 'signed_on' } },
    { when: { activity: ['Offline'] }, give: { code: 'OUT', class: 'signed_off' } },
  ],
})

const definitions = toDefinitionsEvent({
  definitions: definitionsFileSchema.parse({
    adherence: {
      ...{ target: 'calabrio', accept: { ON_QUEUE: ['READY'] }, productiveCodes: ['READY'] },
      graceMs: 3 * minute,
    },
  }),
  ...{ version: 7, from: dayBefore, now: dayBefore },
})

const activity = (id: string, time: string, name: string) =>
  anEvent({
    ...{ id, type: 'worker.activity.update', worker: 'ann', workerName: 'Ann', at: at(time) },
    ...{ activity: `WA-${name}`, activityName: name },
  })

const work = ['created', 'accepted', 'completed'].map((step, n) =>
  anEvent({
    ...{ id: `work-${step}`, type: `reservation.${step}`, reservation: 'R1', task: 'T1' },
    ...{ queue: 'billing', channel: 'voice', worker: 'ann', at: at('08:20:00') + n * 2 * minute },
  }),
)

const onQueue = (from: string, to: string) => ({ from: at(from), to: at(to), code: 'ON_QUEUE' })
const own = { worker: 'ann', from: at('06:00:00'), to: at('20:00:00') }

const events = [
  definitions,
  toMappingEvent({ mapping, version: 1, from: dayBefore, now: dayBefore }),
  aPlan({ ...own, id: 'first', at: dayBefore, segments: [onQueue('08:00:00', '09:00:00')] }),
  aPlan({
    ...{ ...own, id: 'corrected', at: at('08:30:00') },
    segments: [
      onQueue('08:00:00', '08:40:00'),
      { from: at('08:40:00'), to: at('09:00:00'), code: 'BREAK' },
    ],
  }),
  anException({
    ...{ id: 'excuse', worker: 'ann', kind: 'excuse', exception: 'dentist', at: at('08:35:00') },
    ...{ from: at('08:10:00'), to: at('08:12:00') },
  }),
  ...[activity('off', '00:00:00', 'Offline'), activity('on', '08:02:00', 'Available')],
  ...[activity('away', '08:08:00', 'Break'), activity('back', '08:14:00', 'Available')],
  ...work,
  anEvent({
    ...{ id: 'gap', type: 'source.gap', source: 'twilio-taskrouter', status: 'open' },
    ...{ worker: 'ann', at: at('09:00:00'), gapFrom: at('08:50:00'), gapTo: at('08:55:00') },
  }),
]

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell([...events, tickAt(at('10:00:00'))])
  await hub.shown()
}, 180_000)
afterAll(() => hub.close())

async function explained(metric: string, interval: string) {
  const query = new URLSearchParams({ kind: 'agent', agent: 'Ann', interval, metric })
  const url = `/v1/explain?${query.toString()}`
  const response = await hub.app.inject({ url, headers: { host: 'localhost' } })
  expect(response.statusCode, response.body).toBe(200)
  return explainedCellSchema.strict().parse(response.json())
}

const starts = ['08:00:00', '08:15:00', '08:30:00', '08:45:00']

test('the stretches of every number of adherence add up to what the table has', async () => {
  let told = 0
  for (const [n, { name }] of intervalMetrics.adherence_intervals.entries()) {
    const start = starts[n % starts.length] ?? ''
    const { stored, recomputed, stretches } = await explained(name, iso(start))
    const sum = stretches.reduce((ms, one) => ms + one.ms, 0)
    expect({ name, start, recomputed, sum }).toEqual({
      name,
      start,
      recomputed: stored,
      sum: stored,
    })
    told += stretches.length
  }
  expect(told).toBeGreaterThan(20)
})

test('a number of adherence tells plan, exceptions, state, mapping and grace, and its events', async () => {
  const { stored, stretches, events } = await explained('adherent_ms', iso('08:00:00'))
  expect(stored).toBe(11 * minute)
  expect(stretches.map(({ from, ms, standing }) => [from, ms / minute, standing])).toEqual([
    [iso('08:00:00'), 2, 'graced'],
    [iso('08:02:00'), 6, 'adherent'],
    [iso('08:10:00'), 2, 'excused'],
    [iso('08:14:00'), 1, 'adherent'],
  ])
  expect(stretches[0]).toMatchObject({
    ...{ planned: 'ON_QUEUE', actual: 'OUT', definitions: 7, exceptions: [], gaps: [] },
    plan: {
      ...{ event: 'corrected', readAt: iso('08:30:00') },
      segment: { from: iso('08:00:00'), to: iso('08:40:00'), code: 'ON_QUEUE', tracked: true },
    },
    state: { state: 'offline', activityName: 'Offline', to: iso('08:02:00') },
    mapped: { target: 'calabrio', code: 'OUT', version: 1, rules: ['rules.3'] },
    run: { to: iso('08:02:00'), graceMs: 3 * minute, graceMode: 'all_or_nothing' },
  })
  expect(stretches[2]).toMatchObject({
    exceptions: [{ event: 'excuse', exception: 'dentist', kind: 'excuse', code: null }],
  })
  const behind = events.map(({ id }) => id)
  expect(behind).toEqual(expect.arrayContaining(['on', 'away', 'back', 'excuse']))
  // The reading before it says the same of this time.
  expect(behind).not.toContain('corrected')
})

test('what was known is explained by the plan of then, and unknown time by its gap', async () => {
  const known = await explained('known_scheduled_ms', iso('08:15:00'))
  expect(new Set(known.stretches.map(({ plan }) => plan?.event))).toEqual(new Set(['first']))
  expect(known.stretches.map(({ state }) => state?.state)).toEqual([
    ...['idle', 'alert', 'talk', 'idle'],
  ])
  const unknown = await explained('unknown_ms', iso('08:45:00'))
  expect(unknown).toMatchObject({ stored: 5 * minute, stretches: [{ planned: 'BREAK' }] })
  expect(unknown.stretches[0]?.gaps).toEqual([
    { source: 'twilio-taskrouter', worker: 'ann', from: iso('08:50:00'), to: iso('08:55:00') },
  ])
})

test('the reading of a plan lists the numbers behind which it is', async () => {
  const response = await hub.app.inject({
    ...{ url: '/v1/explain/events/corrected', headers: { host: 'localhost' } },
  })
  const { cells } = explainedEventSchema.parse(response.json())
  expect(cells).toContainEqual(
    expect.objectContaining({
      ...{ table: 'adherence_intervals', interval: iso('08:45:00'), metric: 'nonadherent_ms' },
      ...{ share: 10 * minute, without: 0 },
    }),
  )
})

test('the command shows the stretches with what makes them count', async () => {
  const { out, err, exitCode } = await runCli(
    ['explain', 'agent', 'Ann', iso('08:00:00'), 'adherent'],
    { LEDGERLINE_PORT: new URL(hub.url).port },
  )
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
  expect(out).toMatch(/2026-03-10T08:10:00.000Z .* 120000 .* excused/)
  expect(out).toContain('calabrio is told BREAK by version 1, rules.2')
  expect(out).toContain(
    'excuse from 2026-03-10T08:10:00.000Z to 2026-03-10T08:12:00.000Z by dentist',
  )
})
