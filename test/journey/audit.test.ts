import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditResultSchema, type AuditResult } from '../../schemas/feeds/audit.ts'
import { queueStatisticsSchema } from '../../schemas/inbound/twilio-statistics.ts'
import { registerOperations } from '../../services/live/operations.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { createAuditor } from '../../services/repair/audit/auditor.ts'
import { appendGaps } from '../../services/repair/gap-events.ts'
import { judgeTaskRouterItem } from '../../services/repair/items/taskrouter-item.ts'
import { openTwilioRest } from '../../services/repair/twilio-rest.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { fixturesIn, formOf, readFixture } from '../services/ingest/fixtures.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { createJumpingClock } from '../support/jumping-clock.ts'
import { caughtUp } from '../support/table-rows.ts'
import { runCli } from '../support/terminal.ts'
import {
  openTwilioRestServer,
  testAccount,
  testPassword,
  type Item,
  type TwilioRestServer,
} from '../support/twilio-rest-server.ts'

const workspace = 'WSfa4e0000000000000000000000000001'
const queue = 'WQfa4e0000000000000000000000000001'
const gone = 'WQfa4e00000000000000000000000000ff'
const hourMs = 3_600_000
const day = Date.parse('2026-03-10T00:00:00Z')
const now = day + 21.5 * hourMs

/** One call: into the queue 5 s after the hour's quarter, offered, accepted 19 s later, done. */
function call(hour: number, name: string, inQueue = queue): readonly Item[] {
  const at = day + hour * hourMs + 15 * 60_000
  const own = { task_sid: `WT${name}`, task_queue_sid: inQueue, task_channel_unique_name: 'voice' }
  const leg = { ...own, reservation_sid: `WR${name}`, worker_sid: 'WK1' }
  return [
    item(`${name}1`, 'task.created', at, own),
    item(`${name}2`, 'task-queue.entered', at + 5_000, own),
    item(`${name}3`, 'reservation.created', at + 14_000, leg),
    item(`${name}4`, 'reservation.accepted', at + 24_000, leg),
    item(`${name}5`, 'reservation.completed', at + 90_000, leg),
    item(`${name}6`, 'task.completed', at + 90_010, own),
  ]
}

function item(sid: string, type: string, at: number, data: Item): Item {
  return {
    ...{ sid: `EV${sid}`, event_type: type, event_date_ms: at },
    event_date: new Date(at).toISOString(),
    ...{ account_sid: testAccount, workspace_sid: workspace, event_data: data },
  }
}

/** A recorded callback as TaskRouter's list has the same event. */
function itemOf(path: string): Item {
  const form = formOf(path)
  const data = Object.fromEntries(
    Object.entries(form).map(([name, value]) => [
      name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
      value,
    ]),
  )
  const { EventType: type = '', Sid: sid = '', TimestampMs: at } = form
  return item(sid.slice(2), type, Number(at), data)
}

/** The recorded answer, of another hour and with other numbers. */
const recorded = queueStatisticsSchema.parse(
  JSON.parse(readFixture('rest/taskqueue_cumulative_statistics.json').toString('utf8')),
)
const none = { avg: 0, min: 0, max: 0, total: 0 }
const nothing = {
  ...{ reservations_created: 0, reservations_accepted: 0, reservations_rejected: 0 },
  ...{ reservations_timed_out: 0, reservations_canceled: 0, reservations_rescinded: 0 },
  ...{ tasks_entered: 0, tasks_moved: 0, tasks_canceled: 0, tasks_completed: 0 },
  ...{ wait_duration_until_accepted: none, wait_duration_until_canceled: none },
  wait_duration_in_queue_until_accepted: none,
}
const oneCall = {
  ...{ reservations_created: 1, reservations_accepted: 1, tasks_entered: 1, tasks_completed: 1 },
  wait_duration_until_accepted: { avg: 24, min: 24, max: 24, total: 24 },
  wait_duration_in_queue_until_accepted: { avg: 19, min: 19, max: 19, total: 19 },
}

function answer(hour: number, numbers: Item, hours = 1): Item {
  const time = (at: number) => new Date(day + at * hourMs).toISOString().replace('.000Z', 'Z')
  return {
    ...{ ...recorded, ...nothing, ...numbers },
    ...{ start_time: time(hour), end_time: time(hour + hours) },
  }
}

const scenarios = ['life', 'abandoned-in-queue', 'abandoned-while-ringing']
  .concat('rejected-timeout-reserved-again')
  .flatMap((name) => fixturesIn(`taskrouter-callbacks/voice-${name}`))
  .map(itemOf)
const justBefore = item('z1', 'task-queue.entered', day + 7 * hourMs - 200, {
  ...{ task_sid: 'WTz', task_queue_sid: queue, task_channel_unique_name: 'voice' },
})
/** All that TaskRouter has ever sent, and lists. */
const listed = [
  ...['b', 'c', 'd', 'e', 'h'].flatMap((name, index) => call(8 + index, name)),
  ...[...scenarios, ...call(20, 'f'), justBefore],
]
const unheard = new Set(['EVb2', 'EVc2', 'EVf2'])
const onlyHere = [...call(5, 'g', gone), ...call(11, 'i').slice(0, 2)]

const statistics = [
  { hour: 6, numbers: {} },
  { hour: 7, numbers: { tasks_entered: 1 } },
  { hour: 8, numbers: oneCall },
  { hour: 9, numbers: oneCall },
  { hour: 10, numbers: oneCall },
  { hour: 11, numbers: oneCall },
  { hour: 12, numbers: { ...oneCall, tasks_entered: 3 } },
  { hour: 14, numbers: recorded },
  { hour: 20, numbers: oneCall },
].flatMap(({ hour, numbers }) =>
  [null, 'voice'].map((channel) => ({ channel, answer: answer(hour, numbers) })),
)

const clock = createJumpingClock(now)
let engine: TestEngine
let log: EventLog
let runner: Runner
let twilio: TwilioRestServer
let app: FastifyInstance
let env: Record<string, string>

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse, folder } = engine
  await migrate(warehouse)
  log = await openEmbeddedLog({ folder: `${folder}/log`, partitions: 2 })
  const stateFolder = `${folder}/state`
  const shared = { log, warehouse, stateFolder, logger: silentLogger }
  runner = await openRunner({ ...shared, clock: systemClock, flushMs: 0 })
  const heard = [...listed, ...onlyHere].filter(({ sid }) => !unheard.has(String(sid)))
  const events = heard.flatMap((one) => {
    const { verdict } = judgeTaskRouterItem(one, Number(one['event_date_ms']) + 1_000)
    return verdict.kind === 'understood' ? verdict.events : []
  })
  expect(events.length).toBe(heard.length)
  await appendEvents(log, events)
  const gap = { source: 'twilio-taskrouter', status: 'open', reason: 'hub_down' } as const
  const gapFrom = day + 9.25 * hourMs
  await appendGaps([{ ...gap, from: gapFrom, to: gapFrom + 60_000 }], log, now)
  await appendTick(log, now)
  await caughtUp(log, runner)
  await caughtUp(log, runner)

  twilio = await openTwilioRestServer({
    ...{ events: listed, statistics, clock },
    queues: [{ sid: queue, friendly_name: 'Support EN' }],
    requestsPerSecondMax: 2,
  })
  const rest = openTwilioRest({
    ...{ account: testAccount, username: testAccount, password: testPassword },
    ...{ baseUrl: twilio.url, clock, requestsPerSecond: 20 },
  })
  const auditor = createAuditor({
    ...{ rest, workspace, warehouse, clock, latenessMs: 5 * 3_600_000 },
    isInStep: () => Promise.resolve(true),
  })
  app = fastify({ forceCloseConnections: true })
  app.get('/healthz', () => 'ok')
  registerOperations(app, { ...shared, runner, clock, auditor, apiTokens: [] })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  env = { LEDGERLINE_PORT: new URL(url).port }
})

afterAll(async () => {
  await app.close()
  await twilio.close()
  await runner.close()
  await log.close()
  await engine.close()
})

function argvOf(fromHour: number, toHour: number): readonly string[] {
  const time = (hour: number) => new Date(day + hour * hourMs).toISOString()
  return ['audit', 'twilio', '--from', time(fromHour), '--to', time(toHour)]
}

function aText(part: string): unknown {
  return expect.stringContaining(part)
}

async function audited(fromHour: number, toHour: number, ...more: readonly string[]) {
  const argv = [...argvOf(fromHour, toHour), '--queue', queue, '--json', ...more]
  const { out, err, exitCode } = await runCli(argv, env)
  expect(out, err).not.toBe('')
  const result: AuditResult = auditResultSchema.parse(JSON.parse(out))
  const differences = result.differences.map(({ field, class: name, ours, theirs, events }) => ({
    ...{ field, class: name, ours, theirs, events },
  }))
  return { result, exitCode, differences }
}

test('an hour that is the same on both sides is equal, or differs by definition alone', async () => {
  const { result, differences, exitCode } = await audited(14, 15)
  expect(differences).toEqual([])
  expect(exitCode).toBe(0)
  expect(result).toMatchObject({ questions: 1, compared: 12, equal: 8, isExplained: true })
  expect(result.byDefinition.map(({ field, definition }) => [field, definition])).toEqual([
    ['tasks_moved', aText('a time-out ended')],
    ['wait_duration_in_queue_until_accepted', 'they count a wait in whole seconds'],
    ['wait_duration_until_accepted', 'they count a wait in whole seconds'],
    ['wait_duration_until_canceled', 'they count a wait in whole seconds'],
  ])
})

test('what the ledger lacks is missing here, in an open gap, or late: the events show it', async () => {
  for (const [hour, name, sid] of [
    [8, 'missing here', 'EVb2'],
    [9, 'open gap', 'EVc2'],
    [20, 'late event', 'EVf2'],
  ] as const) {
    const { differences, exitCode } = await audited(hour, hour + 1)
    const lack = { class: name, ours: 0, events: [sid] }
    expect(differences).toEqual([
      { ...lack, field: 'tasks_entered', theirs: 1 },
      { ...lack, field: 'wait_duration_in_queue_until_accepted', theirs: 19 },
    ])
    expect(exitCode).toBe(0)
  }
})

test('what TaskRouter does not list is missing there, and what stands at an edge is at the border', async () => {
  const there = await audited(11, 12)
  expect(there.differences).toEqual([
    { field: 'tasks_entered', class: 'missing there', ours: 2, theirs: 1, events: ['EVi2'] },
  ])
  const border = await audited(6, 8)
  expect(border.differences).toEqual([
    { field: 'tasks_entered', class: 'border', ours: 1, theirs: 0, events: ['EVz1'] },
    { field: 'tasks_entered', class: 'border', ours: 0, theirs: 1, events: ['EVz1'] },
  ])
  expect(border.exitCode).toBe(0)
})

test('a queue that TaskRouter no longer has is missing there, and is not asked for', async () => {
  const argv = [...argvOf(5, 6), '--queue', gone]
  const { out, exitCode } = await runCli(argv, env)
  expect(out).toMatch(/^3 numbers of 0 answers compared: 0 are equal, 3 differ/)
  expect(out).toMatch(
    new RegExp(`^missing there +${gone} .* tasks_entered +1 +TaskRouter has no`, 'm'),
  )
  expect(exitCode).toBe(0)
})

test('what nothing shows the reason of is unexplained, and ends with 1', async () => {
  const { differences, exitCode, result } = await audited(12, 13)
  expect(differences).toEqual([
    { field: 'tasks_entered', class: 'unexplained', ours: 1, theirs: 3, events: [] },
  ])
  expect(result.isExplained).toBe(false)
  expect(exitCode).toBe(1)
})

test('a person sees the differences, and what to do about them', async () => {
  const { out } = await runCli([...argvOf(8, 10), '--queue', queue], env)
  expect(out).toContain('24 numbers of 2 answers compared: 18 are equal, 4 differ')
  expect(out).toMatch(
    /^missing here +Support EN +all +2026-03-10T08:00Z +2026-03-10T09:00Z +tasks_entered +0 +1 +TaskRouter's list has .*: EVb2$/m,
  )
  expect(out).toContain('ledgerline backfill twilio adds what the ledger lacks')
})

test('TaskRouter is asked once a queue, channel and piece, and is obeyed when it says that it is too much', async () => {
  const before = twilio.requests.length
  const began = clock.now()
  const { result } = await audited(8, 12)
  const asked = twilio.requests.slice(before).filter((path) => path.includes('Cumulative'))
  expect(asked).toHaveLength(4)
  expect(asked[0]).toContain('StartDate=2026-03-10T08%3A00%3A00Z&EndDate=2026-03-10T09%3A00%3A00Z')
  expect(result.questions).toBe(4)
  // Two in a second are let in.
  expect(clock.now() - began).toBeGreaterThan(1_000)
  const { exitCode } = await audited(14, 15, '--channel', 'voice')
  expect(exitCode).toBe(0)
})

test('an answer that is an error ends it, and says which question it was', async () => {
  const { err, exitCode } = await runCli([...argvOf(3, 4), '--queue', queue], env)
  expect(exitCode).toBe(1)
  expect(err).toContain(
    `TWILIO_REFUSED: GET taskrouter.twilio.com/v1/Workspaces/${workspace}/TaskQueues/${queue}/CumulativeStatistics answers 404 (Twilio's error 20404)`,
  )
  const unknown = await runCli([...argvOf(8, 9), '--queue', 'WQ0,WQ1'], env)
  expect(unknown.err).toContain(`no such queue, there or here: WQ0, WQ1; there is ${queue}`)
})

test('every fault of what is asked for is named at once', async () => {
  const argv = [
    'audit',
    'genesys',
    '--from',
    'today',
    '--to',
    'now',
    '--piece',
    '7m',
    '--queue',
    ',',
  ]
  const { err, exitCode } = await runCli(argv, env)
  expect(exitCode).toBe(2)
  for (const fault of ['genesys', '--from: ', '--to: ', '--piece: ', '--queue: ']) {
    expect(err).toContain(fault)
  }
  const off = await runCli(
    ['audit', 'twilio', '--from', '2026-03-10T08:07:00Z', '--to', '2026-03-10T08:00:00Z'],
    env,
  )
  expect(off.err).toContain('--from is not on a quarter hour; --to must be after from')

  const response = await fetch(`http://127.0.0.1:${env['LEDGERLINE_PORT']}/v1/operations/audit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: day - 40 * 24 * hourMs, to: now + hourMs + 7, pieceMinutes: 7 }),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    errors: [
      { field: 'pieceMinutes' },
      { field: 'pieceMinutes' },
      { field: 'to', detail: 'is not on a quarter hour' },
      { field: 'from', detail: aText('30 days') },
      { field: 'to', detail: aText('5 minutes ago') },
    ],
  })
})
