import { expect, test } from 'vitest'
import { workerDocument } from '../../../services/routing/documents.ts'
import {
  obstacleOf,
  remedyOf,
  type Wait,
  type WaitingTask,
} from '../../../services/routing/eligibility.ts'
import { readQueueDefinition } from '../../../services/routing/queue-definition.ts'
import type { LiveReservation, RoutableWorker } from '../../../services/routing/routable-worker.ts'
import { readWorkflowConfiguration } from '../../../services/routing/workflow-configuration.ts'

const worker: RoutableWorker = {
  sid: 'WK1',
  friendlyName: 'alice',
  activity: { sid: 'WA1', name: 'Available', isAvailable: true },
  attributes: { skills: ['support'], languages: ['en'], level: 2 },
  channels: {
    voice: { isAvailable: true, configuredCapacity: 1 },
    chat: { isAvailable: true, configuredCapacity: 3 },
    sms: { isAvailable: false, configuredCapacity: 3 },
  },
  reservations: [],
}

const task: WaitingTask = {
  sid: 'WT1',
  channel: 'voice',
  attributes: { language: 'en', agent: 'WK1' },
  pendingReservations: 0,
  rejections: [],
  ignoresCapacity: false,
}

const plain = waitOf({ target_workers: "skills HAS 'support'" })

test('a worker whom nothing keeps from it is eligible', () => {
  expect(obstacleOf(worker, task, plain, 0)).toBeNull()
  expect(obstacleOf(worker, task, { ...plain, target: null }, 0)).toBeNull()
})

const away = { sid: 'WA2', name: 'Break', isAvailable: false }
const onCall = reservation('voice', 'accepted')
const onChat = reservation('chat', 'pending')

test.each<readonly [string, Partial<RoutableWorker>, Partial<WaitingTask>, Wait, object | null]>([
  [
    'without the skill of the queue',
    { attributes: { skills: [] } },
    {},
    plain,
    {
      reason: 'not_in_queue',
      cause: {
        expression: "skills HAS 'support'",
        clauses: [{ source: "skills HAS 'support'", left: { value: [] } }],
      },
    },
  ],
  [
    'of a queue that has nobody',
    {},
    {},
    waitOf({ target_workers: '' }),
    { reason: 'not_in_queue', cause: null },
  ],
  ['on a break', { activity: away }, {}, plain, { reason: 'activity_unavailable', activity: away }],
  [
    'whose channel is switched off',
    {},
    { channel: 'sms' },
    plain,
    { reason: 'channel_unavailable', channel: 'sms', isKnown: true },
  ],
  [
    'who has no such channel',
    {},
    { channel: 'toString' },
    plain,
    { reason: 'channel_unavailable', channel: 'toString', isKnown: false },
  ],
  [
    'on a call',
    { reservations: [onCall] },
    {},
    plain,
    { reason: 'capacity_full', channel: 'voice', configuredCapacity: 1, reservations: [onCall] },
  ],
  [
    'wrapping up',
    { reservations: [reservation('voice', 'wrapping')] },
    {},
    plain,
    { reason: 'capacity_full', reservations: [{ status: 'wrapping' }] },
  ],
  [
    'without capacity',
    { channels: { voice: { isAvailable: true, configuredCapacity: 0 } } },
    {},
    plain,
    { reason: 'capacity_full', configuredCapacity: 0, reservations: [] },
  ],
  [
    'on a call, for a task that ignores capacity',
    { reservations: [onCall] },
    { ignoresCapacity: true },
    plain,
    null,
  ],
  ['on a call, for a chat', { reservations: [onCall] }, { channel: 'chat' }, plain, null],
  [
    'on a call, for a chat of a step that wants nobody on a call',
    { reservations: [onCall] },
    { channel: 'chat' },
    waitOf({}, { expression: 'worker.channel.voice.available_capacity_percentage == 100' }),
    {
      reason: 'expression_false',
      cause: { clauses: [{ left: { value: 0 }, right: { value: 100 } }] },
    },
  ],
  [
    'who is not the one known',
    {},
    { attributes: { agent: 'WK2' } },
    waitOf({}, { known_worker_sid: 'task.agent' }),
    { reason: 'not_known_worker', reference: 'task.agent', by: 'sid', wanted: 'WK2' },
  ],
  ['who is the one known', {}, {}, waitOf({}, { known_worker_sid: 'task.agent' }), null],
  [
    'of a task that knows none',
    {},
    { attributes: {} },
    waitOf({}, { known_worker_friendly_name: 'task.agent' }),
    { reason: 'not_known_worker', by: 'friendly_name', wanted: null },
  ],
  [
    'who does not speak the language',
    {},
    { attributes: { language: 'es' } },
    waitOf({}, { expression: 'worker.level > 1 AND task.language IN worker.languages' }),
    {
      reason: 'expression_false',
      cause: {
        clauses: [{ source: 'task.language IN worker.languages', offset: 21 }],
      },
    },
  ],
  [
    'who has rejected it',
    {},
    { rejections: [{ worker: 'WK1', reservation: 'WR9' }] },
    plain,
    { reason: 'already_rejected', reservation: 'WR9' },
  ],
  [
    'when another has rejected it',
    {},
    { rejections: [{ worker: 'WK2', reservation: 'WR9' }] },
    plain,
    null,
  ],
  [
    'whose other chat is ringing',
    { reservations: [onChat] },
    { channel: 'chat' },
    plain,
    { reason: 'reserved', reservation: onChat },
  ],
  [
    'when the task is being offered to another',
    {},
    { pendingReservations: 1 },
    plain,
    { reason: 'task_reserved', pending: 1, max: 1 },
  ],
  [
    'when the queue asks two at once',
    {},
    { pendingReservations: 1 },
    waitOf({ max_reserved_workers: 2 }),
    null,
  ],
])('a worker %s', (_, ofWorker, ofTask, wait, obstacle) => {
  const found = obstacleOf({ ...worker, ...ofWorker }, { ...task, ...ofTask }, wait, 0)
  if (obstacle === null) expect(found).toBeNull()
  else expect(found).toMatchObject(obstacle)
})

test.each<readonly [string, Partial<RoutableWorker>, Wait, object | null]>([
  [
    'a skill for the queue',
    { attributes: { skills: [] } },
    plain,
    { subject: 'worker', path: ['skills'], from: [], to: ['support'] },
  ],
  [
    'a language for the step',
    { attributes: { skills: ['support'], languages: [] } },
    waitOf({}, { expression: 'task.language IN worker.languages' }),
    { subject: 'worker', path: ['languages'], from: [], to: ['en'] },
  ],
  ['nothing for who is on a break', { activity: away }, plain, null],
  ['nothing for who is eligible', {}, plain, null],
  ['nothing in a queue that has nobody', {}, waitOf({ target_workers: '' }), null],
])('what would help is %s', (_, ofWorker, wait, change) => {
  expect(remedyOf({ ...worker, ...ofWorker }, task, wait, 0)).toEqual(change)
})

test('of several obstacles the first is told', () => {
  const all = {
    worker: { ...worker, attributes: {}, activity: away, channels: {} },
    task: { ...task, rejections: [{ worker: 'WK1', reservation: 'WR9' }], pendingReservations: 1 },
    wait: waitOf(
      { target_workers: "skills HAS 'support'" },
      { known_worker_sid: 'task.agent', expression: 'worker.level > 5' },
    ),
  }
  const reasons: (string | undefined)[] = []
  function note(): void {
    reasons.push(obstacleOf(all.worker, all.task, all.wait, 0)?.reason)
  }
  note()
  all.worker = { ...all.worker, attributes: { ...worker.attributes, level: 1 } }
  note()
  all.worker = { ...all.worker, activity: worker.activity }
  note()
  all.worker = { ...all.worker, channels: worker.channels, reservations: [onCall] }
  note()
  all.worker = { ...all.worker, reservations: [] }
  all.task = { ...all.task, attributes: { agent: 'WK2' } }
  note()
  all.task = { ...all.task, attributes: { agent: 'WK1' } }
  note()
  all.worker = { ...all.worker, attributes: { ...worker.attributes, level: 6 } }
  note()
  all.task = { ...all.task, rejections: [] }
  note()
  all.task = { ...all.task, pendingReservations: 0 }
  note()
  expect(reasons).toEqual([
    ...['not_in_queue', 'activity_unavailable', 'channel_unavailable', 'capacity_full'],
    ...['not_known_worker', 'expression_false', 'already_rejected', 'task_reserved', undefined],
  ])
})

// The numbers are those of the formula on Twilio's page on multitasking.
test('what is in use counts reservations, what is assigned those accepted', () => {
  const busy = {
    ...worker,
    attributes: { ...worker.attributes, sid: 'not mine', channel: 'nor this' },
    reservations: [reservation('chat', 'pending'), reservation('chat', 'accepted'), onCall],
  }
  expect(workerDocument(busy)).toEqual({
    ...worker.attributes,
    ...{ sid: 'WK1', friendly_name: 'alice', activity_sid: 'WA1', activity_name: 'Available' },
    channel: {
      voice: { configured_capacity: 1, assigned_tasks: 1, available_capacity_percentage: 0 },
      chat: { configured_capacity: 3, assigned_tasks: 1, available_capacity_percentage: 33 },
      sms: { configured_capacity: 3, assigned_tasks: 0, available_capacity_percentage: 100 },
    },
  })
})

function reservation(channel: string, status: LiveReservation['status']): LiveReservation {
  return { sid: `WR-${channel}-${status}`, task: 'WT0', channel, status }
}

function waitOf(queue: object, target: object = {}): Wait {
  const definition = readQueueDefinition({ sid: 'WQ1', ...queue })
  const workflow = readWorkflowConfiguration(
    JSON.stringify({
      task_routing: { filters: [{ expression: '1==1', targets: [{ queue: 'WQ1', ...target }] }] },
    }),
  )
  if (definition.kind === 'refused' || workflow.kind === 'refused') {
    throw new Error(JSON.stringify([definition, workflow]))
  }
  return { queue: definition.value, target: workflow.value.filters[0]?.targets[0] ?? null }
}
