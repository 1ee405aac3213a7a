import { expect, test } from 'vitest'
import { readCondition, type Condition } from '../../../services/routing/condition.ts'
import { nearestChange } from '../../../services/routing/nearest-change.ts'
import { whyFalse } from '../../../services/routing/why-false.ts'

const context = {
  worker: { sid: 'WK1', skills: ['sales'], level: 2, team: 'B', nested: { list: [1] } },
  task: { language: 'es', agents: ['a', 'b'] },
}

test.each([
  ["worker.skills HAS 'sales'", []],
  ['worker.level >= 3', ['worker.level >= 3']],
  ["worker.skills HAS 'support' AND worker.level >= 3", ["worker.skills HAS 'support'"]],
  ["(worker.skills HAS 'x' OR worker.level > 9) AND worker.team == 'A'", ["worker.team == 'A'"]],
  [
    "worker.level > 9 OR worker.team == 'A' AND worker.level > 1",
    ['worker.level > 9', "worker.team == 'A'"],
  ],
])('%s is false by %j', (text, clauses) => {
  expect(whyFalse(condition(text), context).map(({ source }) => source)).toEqual(clauses)
})

test('a false clause tells where it stands and what was found', () => {
  const text = 'worker.level > 1 AND task.language IN worker.languages'
  expect(whyFalse(condition(text), context)).toEqual([
    {
      source: 'task.language IN worker.languages',
      offset: 21,
      operator: 'IN',
      left: { source: 'task.language', value: 'es', isMissing: false },
      right: { source: 'worker.languages', value: null, isMissing: true },
    },
  ])
})

test.each([
  ['worker.level >= 3', 'level', 2, 3],
  ['worker.level > 3', 'level', 2, 4],
  ['worker.level > 2 AND worker.level < 3', 'level', 2, 2.5],
  ['worker.level >= 5.1', 'level', 2, 5.1],
  ['worker.level < 2 OR worker.level > 9', 'level', 2, 1],
  ['worker.level != 2', 'level', 2, 3],
  ["worker.skills HAS 'support'", 'skills', ['sales'], ['sales', 'support']],
  [
    "worker.skills HAS 'support' AND worker.skills HAS 'de'",
    'skills',
    ['sales'],
    ['sales', 'support', 'de'],
  ],
  ["'sales' NOT IN worker.skills", 'skills', ['sales'], []],
  ["worker.languages HAS 'de'", 'languages', null, ['de']],
  ["worker.team == 'A'", 'team', 'B', 'A'],
  ["worker.team IN ['C', 'D']", 'team', 'B', 'C'],
  ["worker.team CONTAINS 'Ber'", 'team', 'B', 'Ber'],
  ['worker.team == null', 'team', 'B', null],
  ['worker.id IN task.agents', 'id', null, 'a'],
  ['worker.nested.deep.er == 1', 'nested.deep.er', null, 1],
  ['worker.nested.list[1] == 7', 'nested.list.1', null, 7],
])('what would make %s hold: %s from %j to %j', (text, path, from, to) => {
  const change = nearestChange(condition(text), context)
  expect(change && [change.subject, change.path.join('.'), change.from, change.to]).toEqual([
    ...['worker', path, from, to],
  ])
})

test.each([
  ['it holds', 'worker.level == 2'],
  ['two attributes are wrong', "worker.level > 3 AND worker.team == 'A'"],
  ['nothing can be both', 'worker.level > 3 AND worker.level < 2'],
  ['who a worker is does not change', "worker.sid == 'WK2'"],
  ['the time of day is no attribute', 'taskrouter.currentHour > 8'],
  ['a position beyond the next one of a list', 'worker.nested.list[5] == 1'],
  ['names that are nobody’s', 'level == 3'],
])('no single change is told where %s', (_, text) => {
  expect(nearestChange(condition(text), context)).toBeNull()
})

test('a task can be what is changed, and what is fixed is not', () => {
  const text = 'task.language == worker.team'
  expect(nearestChange(condition(text), context)).toMatchObject({ subject: 'task', to: 'B' })
  expect(nearestChange(condition(text), context, (subject) => subject === 'task')).toMatchObject({
    subject: 'worker',
    to: 'es',
  })
})

function condition(text: string): Condition {
  const read = readCondition(text, 'target')
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}
