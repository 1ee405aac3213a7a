import { expect, test } from 'vitest'
import { expressionFaultText } from '../../../services/routing/expression-fault.ts'
import type { JsonObject } from '../../../services/routing/json-value.ts'
import { orderWorkers, readOrderBy } from '../../../services/routing/order-by.ts'

function worker(sid: string, document: JsonObject, lastAssignedAt: number | null = 0) {
  return { sid, document, lastAssignedAt }
}

// Alice and Bob are those of Twilio's page on ordering workers.
test.each([
  [
    'worker.finance ASC, worker.support ASC',
    { finance: 10, support: 8 },
    { finance: 10, support: 5 },
    'Bob Alice',
  ],
  [
    'worker.finance ASC, worker.support ASC',
    { finance: 10, support: 8 },
    { finance: 10 },
    'Alice Bob',
  ],
  [
    'worker.finance ASC, worker.support DESC',
    { finance: 10, support: 8 },
    { finance: 10 },
    'Alice Bob',
  ],
  ['worker.finance DESC', { finance: 9 }, { finance: 10 }, 'Bob Alice'],
  ['worker.finance', { finance: 10 }, { finance: 9 }, 'Bob Alice'],
  [
    'worker.skills.finance desc',
    { skills: { finance: 1 } },
    { skills: { finance: 2 } },
    'Bob Alice',
  ],
  // Not a whole number: the order is none, and the time since the last task decides.
  ['worker.finance DESC', { finance: 9 }, { finance: 'high' }, 'Alice Bob'],
  ['worker.finance ASC', { finance: 9 }, { finance: 8.5 }, 'Alice Bob'],
])('by %s of %j and %j: %s', (text, alice, bob, order) => {
  const read = readOrderBy(text)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  const workers = [worker('Bob', bob, 2000), worker('Alice', alice, 1000)]
  expect(
    orderWorkers(read.value, workers)
      .map(({ sid }) => sid)
      .join(' '),
  ).toBe(order)
})

test('without an order the longest without a task comes first, and never is longest', () => {
  const workers = [
    worker('c', {}, 7),
    worker('b', {}, null),
    worker('d', {}, 5),
    worker('a', {}, null),
  ]
  expect(orderWorkers(null, workers).map(({ sid }) => sid)).toEqual(['a', 'b', 'd', 'c'])
})

test.each([
  ['', ['offset 0, at the end: a value is missing here']],
  [
    'worker.a ASCENDING',
    ['offset 9, “ASCENDING”: after a name stands its direction, and a comma before the next name'],
  ],
  [
    "worker.a ASC, 'b' DESC, worker-c",
    [
      "offset 14, “'b'”: a value is missing here",
      'offset 24, “worker-c”: TaskRouter reads no hyphen in a name',
    ],
  ],
  ['worker.a,', ['offset 9, at the end: a value is missing here']],
])('%s is no order', (text, faults) => {
  const read = readOrderBy(text)
  if (read.kind === 'understood') throw new Error('was read')
  expect(
    read.faults.map((fault) => expressionFaultText(fault).replace(/ \([^()]*\)$/, '')),
  ).toEqual(faults)
})
