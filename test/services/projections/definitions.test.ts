import { expect, test } from 'vitest'
import {
  definitionsSchema,
  slFormulas,
  thresholdFaults,
} from '../../../schemas/events/definitions.ts'
import { rates } from '../../../schemas/metrics/rates.ts'
import {
  definitionsAt,
  learn,
  mattersTo,
  nothingKnown,
  reasonClass,
  thresholdsOf,
  withDefinitions,
} from '../../../services/projections/definitions.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const hour = 3_600_000

const own = {
  slThresholdMs: 30_000,
  queues: {
    Billing: {
      slThresholdMs: 40_000,
      channels: { chat: { slThresholdMs: 60_000, shortAbandonMs: 0 } },
    },
    WQ2: { shortAbandonMs: 2_000 },
  },
  channels: { voice: { cancelReasons: { callback_requested: 'system' } } },
}
const definitions = definitionsSchema.parse(own)

test('a wait is judged as its queue and channel say, then its queue, then all', () => {
  const judged = (id: string, name: string | null, channel: string | null) =>
    thresholdsOf(definitions, { id, name, channel })
  expect(judged('WQ1', 'Billing', 'chat')).toEqual({ slThresholdMs: 60_000, shortAbandonMs: 0 })
  expect(judged('WQ1', 'Billing', 'voice')).toEqual({
    slThresholdMs: 40_000,
    shortAbandonMs: 5_000,
  })
  expect(judged('WQ2', 'Sales', null)).toEqual({ slThresholdMs: 30_000, shortAbandonMs: 2_000 })
  expect(judged('WQ3', null, 'chat')).toEqual({ slThresholdMs: 30_000, shortAbandonMs: 5_000 })
  expect(judged('constructor', 'toString', 'valueOf')).toEqual(judged('WQ3', null, null))
})

test('a channel may class reasons otherwise than all do', () => {
  expect(reasonClass(definitions, 'voice', 'callback_requested')).toBe('system')
  expect(reasonClass(definitions, 'chat', 'callback_requested')).toBe('diverted')
  expect(reasonClass(definitions, 'voice', 'Task TTL Exceeded')).toBe('system')
  expect(reasonClass(definitions, 'voice', 'hangup')).toBe('customer')
  expect(reasonClass(definitions, 'constructor', 'constructor')).toBe('customer')
})

test('a short abandon above the threshold is refused at every level, and told where it is made', () => {
  const wrong = {
    shortAbandonMs: 21_000,
    queues: {
      a: { slThresholdMs: 1_000 },
      b: { slThresholdMs: 60_000, channels: { chat: { shortAbandonMs: 61_000 }, sms: {} } },
    },
  }
  expect(definitionsSchema.safeParse(wrong).success).toBe(false)
  expect(thresholdFaults(wrong).map(({ path }) => path.join('.'))).toEqual([
    'shortAbandonMs',
    'queues.a.slThresholdMs',
    'queues.b.channels.chat.shortAbandonMs',
  ])
  expect(thresholdFaults(own)).toEqual([])
})

test('of two sets for one instant the higher version holds, and gives the intervals their length', () => {
  const set = (version: number, intervalMinutes: number) => ({
    ...{ from: 1_000, id: `definitions:${version}:x` },
    of: definitionsSchema.parse({ version, intervalMinutes }),
  })
  for (const sets of [
    [set(10, 30), set(9, 5)],
    [set(9, 5), set(10, 30)],
  ]) {
    const known = withDefinitions(nothingKnown, sets)
    expect(definitionsAt(known, 1_000).version).toBe(10)
    expect(definitionsAt(known, 999).version).toBe(0)
    expect(known.intervalMs).toBe(1_800_000)
  }
})

test('what the ledger held before there was more to say still holds', () => {
  expect(definitionsSchema.parse({ queues: { WQ1: { slThresholdMs: 10_000 } } })).toMatchObject({
    ...{ version: 0, sites: {}, productiveActivities: [], slFormula: 'sl_ex_short' },
    queues: { WQ1: { slThresholdMs: 10_000 } },
  })
})

test('the formulas of a service level are rates of the catalogue', () => {
  const names = new Set(rates.map(({ name }) => name))
  expect(slFormulas.filter((formula) => !names.has(formula))).toEqual([])
})

test('visits are judged by the name of their queue and by their channel', () => {
  const at = Date.parse('2026-03-10T08:00Z')
  const ofTask = (task: string, channel: string) => [
    anEvent({ ...{ id: `${task}1`, type: 'task.created', task, channel }, at }),
    anEvent({
      ...{ id: `${task}2`, type: 'task-queue.entered', task, channel, at },
      ...{ queue: 'WQ1', queueName: 'Billing' },
    }),
    anEvent({
      ...{ id: `${task}3`, type: 'task.canceled', task, channel, at: at + 50_000 },
      reason: 'callback_requested',
    }),
  ]
  const set = anEvent({
    ...{ id: 'D', type: 'definitions.set', at: at - 1_000, attributes: JSON.stringify(own) },
  })
  const rows = foldAll([set, ...ofTask('WT1', 'chat'), ...ofTask('WT2', 'voice')], at + 3_600_000)
  expect(rows.get('queue_visits')).toMatchObject([
    { channel: 'chat', disposition: 'flowed_out_diverted', sl_threshold_ms: 60_000 },
    { channel: 'voice', disposition: 'flowed_out_canceled', sl_threshold_ms: 40_000 },
  ])
})

test('a fact says under which version it was made: that in force when it began', () => {
  const at = Date.parse('2026-03-10T08:00Z')
  const set = (version: number, from: number) =>
    anEvent({
      ...{ id: `D${version}`, type: 'definitions.set', at: from },
      attributes: JSON.stringify({ version }),
    })
  const task = { task: 'WT1', channel: 'voice' }
  const leg = { ...task, reservation: 'WR1', worker: 'WK1', queue: 'WQ1' }
  const worker = { worker: 'WK1', activity: 'WA1', activityName: 'Available' }
  const rows = foldAll(
    [
      set(1, at),
      set(2, at + 10_000),
      anEvent({ ...worker, id: '1', type: 'worker.activity.update', at: at - 1 }),
      anEvent({ ...task, id: '2', type: 'task.created', at }),
      anEvent({ ...task, id: '3', type: 'task-queue.entered', queue: 'WQ1', at: at + 9_999 }),
      anEvent({ ...leg, id: '4', type: 'reservation.created', at: at + 10_000 }),
      anEvent({
        ...{ ...worker, activity: 'WA2', activityName: 'Break', id: '5', at: at + 20_000 },
        type: 'worker.activity.update',
      }),
    ],
    at + 3_600_000,
  )
  const versions = (table: string) =>
    (rows.get(table) ?? []).map((row) => Number(row['definitions_version']))
  expect(versions('contacts')).toEqual([1])
  expect(versions('queue_visits')).toEqual([1])
  expect(versions('segments')).toEqual([2])
  expect(versions('agent_activities')).toEqual([0, 2])
  expect(new Set(versions('agent_states'))).toEqual(new Set([0, 2]))
})

test.each([
  ['is in now', { activity: 'WA1', activityName: 'Meeting' }],
  ['is told of without a name', { activity: 'WA1' }],
  ['had been in before the first that is heard of him', { previousActivity: 'WA1' }],
])('the flag of an activity that somebody %s changes rows', (_, told) => {
  const was = { ...told, timeInPreviousActivityMs: hour }
  const update = anEvent({
    ...{ id: 'EV1', type: 'worker.activity.update', worker: 'ann', at: hour },
    ...was,
  })
  const flag = { activity: 'WA1', activityAvailable: true }
  const created = anEvent({ id: 'EV2', type: 'activity.created', at: 0, ...flag })
  const before = learn(nothingKnown, update)
  expect(mattersTo(before, learn(before, created))).toBe(true)
  expect(mattersTo(nothingKnown, learn(nothingKnown, created))).toBe(false)
})
