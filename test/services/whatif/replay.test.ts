import { expect, test } from 'vitest'
import {
  aContact,
  aQueue,
  available,
  away,
  aWorker,
  aWorkflow,
  handlesIn,
  replayed,
  staysIn,
} from '../../support/replayed.ts'

const routed = { into: { kind: 'workflow', workflow: 'WW1' } } as const
const everybody = { expression: '1==1' }

test('who comes while all are busy waits until somebody is free, and the older one goes first', () => {
  const contacts = [aContact('a', 0), aContact('b', 10), aContact('c', 20)]
  const outcome = replayed({ contacts, workers: [aWorker('ann')] })
  expect(handlesIn(outcome)).toEqual(['ann 0–60', 'ann 60–120', 'ann 120–180'])
  expect(staysIn(outcome, 'c')).toEqual(['WQ1 20–120 answered'])
})

test('the one who has been free for longest is offered a task', () => {
  const contacts = [aContact('a', 0), aContact('b', 10), aContact('c', 100)]
  const outcome = replayed({ contacts, workers: [aWorker('ann'), aWorker('ben')] })
  expect(handlesIn(outcome)).toEqual(['ann 0–60', 'ben 10–70', 'ann 100–160'])
})

test('who gives up leaves the line, and whom it rang for is free for the next one', () => {
  const slow = { rings: [{ ms: 30_000, isAnswered: true }] }
  const contacts = [aContact('a', 0, { ...slow, patienceMs: 20_000 }), aContact('b', 5)]
  const outcome = replayed({ contacts, workers: [aWorker('ann')] })
  expect(staysIn(outcome, 'a')).toEqual(['WQ1 0–20 abandoned'])
  expect(staysIn(outcome, 'b')).toEqual(['WQ1 5–20 answered'])
})

test('who goes off in the middle of a contact finishes it, and is offered no other', () => {
  const changes = [
    { at: 0, kind: 'activity', activity: available },
    { at: 30_000, kind: 'activity', activity: away },
    { at: 90_000, kind: 'activity', activity: available },
  ] as const
  const contacts = [aContact('a', 0), aContact('b', 10)]
  const outcome = replayed({ contacts, workers: [aWorker('ann', { changes })] })
  expect(handlesIn(outcome)).toEqual(['ann 0–60', 'ann 90–150'])
})

test('a worker handles as many chats at once as there is room for, but is rung for one at a time', () => {
  const changes = [
    { at: 0, kind: 'activity', activity: available },
    { at: 0, kind: 'channel', channel: 'chat', isAvailable: true, configuredCapacity: 2 },
  ] as const
  const chat = { channel: 'chat', rings: [{ ms: 5_000, isAnswered: true }] }
  const contacts = [0, 0, 0].map((at, n) => aContact(`${n}`, at, chat))
  const outcome = replayed({ contacts, workers: [aWorker('ann', { changes })] })
  expect(handlesIn(outcome)).toEqual(['ann 5–65', 'ann 10–70', 'ann 70–130'])
})

test('work that came by name takes room when it came', () => {
  const commitments = [{ from: 0, to: 50_000, channel: 'voice' }]
  const outcome = replayed({
    contacts: [aContact('a', 10)],
    workers: [aWorker('ann', { commitments })],
  })
  expect(staysIn(outcome, 'a')).toEqual(['WQ1 10–50 answered'])
})

test('an offer that rings in vain costs the customer its time, and goes to another worker next', () => {
  const rings = [
    { ms: 20_000, isAnswered: false },
    { ms: 3_000, isAnswered: true },
  ]
  const outcome = replayed({
    contacts: [aContact('a', 0, { rings })],
    workers: [aWorker('ann'), aWorker('ben')],
  })
  expect(handlesIn(outcome)).toEqual(['ben 23–83'])
})

test('who let it ring in vain is asked again after a while when there is nobody else', () => {
  const rings = [
    { ms: 20_000, isAnswered: false },
    { ms: 3_000, isAnswered: true },
  ]
  const outcome = replayed({ contacts: [aContact('a', 0, { rings })], workers: [aWorker('ann')] })
  expect(handlesIn(outcome)).toEqual(['ann 38–98'])
})

test('a task rings at as many workers as its queue allows, and all but one are free again', () => {
  const outcome = replayed({
    contacts: [aContact('a', 0, { rings: [{ ms: 10_000, isAnswered: true }] }), aContact('b', 1)],
    workers: [aWorker('ann'), aWorker('ben')],
    queues: [aQueue('WQ1', { max_reserved_workers: 2 })],
  })
  expect(handlesIn(outcome)).toEqual(['ann 10–70', 'ben 10–70'])
})

test('a step ends in time, the next one has another queue and a higher priority', () => {
  const filter = {
    ...everybody,
    targets: [
      { queue: 'WQ1', timeout: 30 },
      { queue: 'WQ2', timeout: 30, priority: 5 },
    ],
  }
  const queues = [aQueue('WQ1', { target_workers: 'team == 1' }), aQueue('WQ2')]
  const contacts = [
    aContact('busy', 0, { into: { kind: 'queue', queue: 'WQ2' } }),
    aContact('older', 1, { into: { kind: 'queue', queue: 'WQ2' } }),
    aContact('a', 5, routed),
    aContact('late', 6, routed),
  ]
  const outcome = replayed({
    contacts,
    workers: [aWorker('ann')],
    queues,
    workflow: aWorkflow(filter),
  })
  expect(staysIn(outcome, 'a')).toEqual(['WQ1 5–35 flowed_out_timeout', 'WQ2 35–60 answered'])
  expect(staysIn(outcome, 'late').at(-1)).toBe('WQ2 36–66 flowed_out_timeout')
  expect(staysIn(outcome, 'older')).toEqual(['WQ2 1–120 answered'])
})

test('the same queue at the next step is one stay', () => {
  const targets = [{ queue: 'WQ1', timeout: 30 }, { priority: 5 }]
  const contacts = [aContact('busy', 0), aContact('a', 5, routed)]
  const workflow = aWorkflow({ ...everybody, targets })
  const outcome = replayed({ contacts, workers: [aWorker('ann')], workflow })
  expect(staysIn(outcome, 'a')).toEqual(['WQ1 5–60 answered'])
})

test('a step is skipped while nobody of its queue is there, and else is not', () => {
  const targets = [
    { queue: 'WQ1', timeout: 30, skip_if: 'workers.available == 0' },
    { queue: 'WQ2' },
  ]
  const workflow = aWorkflow({ ...everybody, targets })
  const queues = [aQueue('WQ1', { target_workers: 'team == 1' }), aQueue('WQ2')]
  const ann = aWorker('ann', {
    changes: [
      { at: 0, kind: 'attributes', attributes: { team: 1 } },
      { at: 0, kind: 'activity', activity: away },
      { at: 50_000, kind: 'activity', activity: available },
    ],
  })
  const contacts = [aContact('a', 0, routed), aContact('b', 60, routed)]
  const outcome = replayed({ contacts, workers: [ann, aWorker('ben')], queues, workflow })
  expect(staysIn(outcome, 'a')).toEqual(['WQ2 0–0 answered'])
  expect(staysIn(outcome, 'b')).toEqual(['WQ1 60–60 answered'])
})

test('order_by decides before how long somebody has been free', () => {
  const workflow = aWorkflow({
    ...everybody,
    targets: [{ queue: 'WQ1', order_by: 'worker.level DESC' }],
  })
  const level = (sid: string, of: number) =>
    aWorker(sid, {
      changes: [
        { at: 0, kind: 'attributes', attributes: { level: of } },
        { at: 0, kind: 'activity', activity: available },
      ],
    })
  const contacts = [aContact('a', 0, routed), aContact('b', 100, routed)]
  const outcome = replayed({ contacts, workers: [level('ann', 1), level('ben', 2)], workflow })
  expect(handlesIn(outcome)).toEqual(['ben 0–60', 'ben 100–160'])
})

test('the newest goes first where the queue says so', () => {
  const contacts = [aContact('a', 0), aContact('b', 10), aContact('c', 20)]
  const queues = [aQueue('WQ1', { task_order: 'LIFO' })]
  const outcome = replayed({ contacts, workers: [aWorker('ann')], queues })
  expect(staysIn(outcome, 'c')).toEqual(['WQ1 20–60 answered'])
})

test('what no filter takes is in no queue', () => {
  const workflow = aWorkflow({ expression: "topic == 'x'", targets: [{ queue: 'WQ1' }] })
  const outcome = replayed({
    contacts: [aContact('a', 0, routed)],
    workers: [aWorker('ann')],
    workflow,
  })
  expect(staysIn(outcome, 'a')).toEqual([])
})

test('the last step over, the task has timed out; what rings at the end of a step rings on', () => {
  const workflow = aWorkflow({ ...everybody, targets: [{ queue: 'WQ1', timeout: 30 }] })
  const slow = { ...routed, rings: [{ ms: 40_000, isAnswered: true }] }
  const contacts = [aContact('a', 0, slow), aContact('b', 1, slow)]
  const outcome = replayed({ contacts, workers: [aWorker('ann')], workflow })
  expect(staysIn(outcome, 'a')).toEqual(['WQ1 0–40 answered'])
  expect(staysIn(outcome, 'b')).toEqual(['WQ1 1–31 flowed_out_timeout'])
})
