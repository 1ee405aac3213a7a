import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQueueMembers } from '../../../services/live/queue-members.ts'
import { readCondition, type Condition } from '../../../services/routing/condition.ts'
import { momentDocument, workerDocument } from '../../../services/routing/documents.ts'
import type { RoutableWorker } from '../../../services/routing/routable-worker.ts'

const expressions = [
  "skills HAS 'billing'",
  "skills HAS 'sales'",
  "skills HAS 'sales' AND level > 2",
  'level > 1',
  "activity_name == 'Available'",
  'taskrouter.currentHour >= 12',
  "sid == 'WK1' OR level > 2",
  '1==1',
]

function conditionOf(source: string): Condition {
  const reading = readCondition(source, 'queue')
  if (reading.kind === 'refused') throw new Error(source)
  return reading.value
}

const worker = fc
  .record({
    sid: fc.constantFrom('WK1', 'WK2', 'WK3', 'WK4'),
    skills: fc.subarray(['billing', 'sales']),
    level: fc.integer({ min: 1, max: 3 }),
    isAvailable: fc.boolean(),
  })
  .map(({ sid, skills, level, isAvailable }): RoutableWorker => ({
    ...{ sid, friendlyName: sid, attributes: { skills, level }, channels: {}, reservations: [] },
    activity: {
      sid: isAvailable ? 'WA1' : 'WA2',
      name: isAvailable ? 'Available' : 'Break',
      isAvailable,
    },
  }))

const noon = Date.UTC(2026, 2, 8, 12)
const step = fc.oneof(
  fc.record({
    kind: fc.constant('worker' as const),
    worker,
    state: fc.constantFrom('idle' as const, 'talk' as const, 'unknown' as const),
    at: fc.constantFrom(0, noon),
  }),
  fc.record({ kind: fc.constant('gone' as const), sid: fc.constantFrom('WK1', 'WK2') }),
  fc.record({
    kind: fc.constant('queue' as const),
    queue: fc.constantFrom('WQ1', 'WQ2', 'WQ3'),
    expression: fc.option(fc.constantFrom(...expressions)),
  }),
  fc.record({ kind: fc.constant('removed' as const), queue: fc.constantFrom('WQ1', 'WQ2') }),
)

test('whatever changes, in a queue are those of whom its expression holds, and nobody else', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const members = createQueueMembers()
      const workers = new Map<string, { worker: RoutableWorker; state: string; at: number }>()
      const queues = new Map<string, Condition | null>()
      for (const one of steps) {
        if (one.kind === 'worker') {
          workers.set(one.worker.sid, one)
          members.setWorker(one.worker, one.state, one.at)
        } else if (one.kind === 'gone') {
          workers.delete(one.sid)
          members.removeWorker(one.sid)
        } else if (one.kind === 'queue') {
          const condition = one.expression === null ? null : conditionOf(one.expression)
          queues.set(one.queue, condition)
          members.setQueue(one.queue, condition)
        } else {
          queues.delete(one.queue)
          members.removeQueue(one.queue)
        }
      }
      for (const queue of ['WQ1', 'WQ2', 'WQ3']) {
        const condition = queues.get(queue)
        const inside = [...workers.values()].filter(({ worker: each, at }) =>
          condition?.holds({ worker: workerDocument(each), taskrouter: momentDocument(at) }),
        )
        const expected = inside.map(({ worker: each }) => each.sid)
        const countsOf = (names: readonly string[]) =>
          Object.fromEntries(
            [...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]),
          )
        expect(members.membership(queue)).toEqual(
          condition === undefined
            ? null
            : {
                total: inside.length,
                byState: countsOf(inside.map(({ state }) => state)),
                byActivity: countsOf(inside.map(({ worker: each }) => each.activity.sid)),
              },
        )
        const found = members.members(queue)
        if (condition === undefined) expect(found).toBeUndefined()
        else expect([...(found ?? [])].sort()).toEqual(expected.sort())
        for (const sid of workers.keys()) {
          expect(members.queuesOf(sid).has(queue)).toBe(expected.includes(sid))
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('queues are told of whose members something has changed, once', () => {
  const members = createQueueMembers()
  members.setQueue('WQ1', conditionOf("skills HAS 'sales'"))
  members.setQueue('WQ2', conditionOf("skills HAS 'billing'"))
  const ann: RoutableWorker = {
    ...{ sid: 'WK1', friendlyName: 'Ann', channels: {}, reservations: [] },
    attributes: { skills: ['sales'] },
    activity: { sid: 'WA', name: 'Available', isAvailable: true },
  }
  members.setWorker(ann, 'idle', 0)
  expect([...members.takeChanged()]).toEqual(['WQ1'])
  expect([...members.takeChanged()]).toEqual([])
  members.setWorker({ ...ann, attributes: { skills: ['billing'] } }, 'idle', 0)
  expect([...members.takeChanged()].sort()).toEqual(['WQ1', 'WQ2'])
})
