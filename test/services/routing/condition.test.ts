import { expect, test } from 'vitest'
import { readCondition, type Condition } from '../../../services/routing/condition.ts'
import { momentDocument, workersDocument } from '../../../services/routing/documents.ts'
import type { Place } from '../../../services/routing/routing-context.ts'

const task = {
  type: 'ticket',
  customer_value: 'Gold',
  level: 5,
  rating: 5.1,
  vip: true,
  gone: null,
  tags: ['a', 'b', 3, null],
  object: { array: ['a', 'b', 'c'], attr: 'bar', deep: { list: [{ name: 'x' }] } },
}

// The first rows are Twilio's own examples, in the words of its page on expressions.
test.each([
  ['1 == 1', true],
  ['0 != 1', true],
  ['"apple" != "orange"', true],
  ["customer_value == 'Gold' AND type == 'ticket'", true],
  ["type == 'ticket' AND customer_value IN ['Silver', 'Bronze']", false],
  ['(type == "en" OR type == \'ticket\') AND rating >= 5.1', true],
  ["object.array[2] == 'c'", true],
  ["object.attr == 'bar'", true],
  ["object.deep.list[0].name == 'x'", true],
  // Scalars.
  ['level > 4', true],
  ['level >= 5', true],
  ['level < 5', false],
  ['level <= 5.0', true],
  ['level = 5', true],
  ["type > 'ta'", true],
  ["type CONTAINS 'ick'", true],
  ["type CONTAINS 'ICK'", false],
  ['level CONTAINS 5', true],
  ["'level 5' CONTAINS level", true],
  ["vip CONTAINS 'ru'", true],
  ['vip == true', true],
  ['vip > false', false],
  ["type == 'Ticket'", false],
  ["Type == 'ticket'", false],
  // Types are not converted.
  ["level == '5'", false],
  ["level != '5'", true],
  ["level < '6'", false],
  ['vip == 1', false],
  // What is missing is null.
  ["missing == 'x'", false],
  ["missing != 'x'", true],
  ['missing == null', true],
  ['missing == gone', true],
  ['missing != null', false],
  ['missing < 1', false],
  ['missing >= null', false],
  ["missing CONTAINS ''", false],
  ["missing IN ['x']", false],
  ["missing NOT IN ['x']", true],
  ['missing IN [null]', true],
  ["missing HAS 'x'", false],
  ['object.missing.deeper == null', true],
  ['type.length == null', true],
  ['tags.length == null', true],
  ['constructor == null', true],
  ['object.constructor == null', true],
  ['type[0] == null', true],
  ['object[0] == null', true],
  ['tags[9] == null', true],
  // Lists.
  ["tags HAS 'a'", true],
  ["tags has 'c'", false],
  ['tags HAS 3', true],
  ["tags HAS '3'", false],
  ['tags HAS null', true],
  ["'b' IN tags", true],
  ["'b' NOT IN tags", false],
  ["'z' not in tags", true],
  ["tags == 'a'", false],
  ["tags != 'a'", false],
  ['tags == tags', false],
  ['tags > 1', false],
  ["tags CONTAINS 'a'", false],
  ['tags IN [1]', false],
  ['tags NOT IN [1]', false],
  ["tags HAS ['a']", false],
  ["type HAS 'ticket'", false],
  ["type IN 'ticket'", false],
  ["type NOT IN 'x'", false],
  ['type NOT IN missing', false],
  ["type IN [customer_value, 'ticket']", true],
  ['level IN []', false],
  ['level NOT IN []', true],
  // Presence, of lists and objects too.
  ['tags != null', true],
  ['tags == null', false],
  ['object != null', true],
  ["object == 'bar'", false],
  ["object != 'bar'", false],
  // A prefix.
  ["task.type == 'ticket'", true],
])('of a task, %s is %s', (text, expected) => {
  expect(condition(text, 'filter').holds({ task })).toBe(expected)
})

test.each<readonly [Place, string, boolean]>([
  ['queue', "skills HAS 'support'", true],
  ['queue', "worker.skills HAS 'support'", true],
  ['queue', "type == 'ticket'", false],
  ['filter', "type == 'ticket'", true],
  ['filter', "skills HAS 'support'", false],
  ['target', "worker.skills HAS 'support' AND task.type == 'ticket'", true],
  ['target', 'task.language IN worker.languages', true],
  // TaskRouter takes it, and it is never true: names without a prefix are nobody's.
  ['target', "skills HAS 'support'", false],
  ['skip_if', 'workers.available == 0', false],
  ['skip_if', 'workers.WA1 < 2 OR workers.WA2 < 2', true],
  ['skip_if', 'workers.WA3 == 0', true],
  ['queue', 'workers.available == 2', false],
])('in a %s %s is %s', (place, text, expected) => {
  const context = {
    worker: { skills: ['support'], languages: ['en', 'es'] },
    task: { type: 'ticket', language: 'es' },
    workers: workersDocument(
      [
        { sid: 'WA1', name: 'Available', isAvailable: true },
        { sid: 'WA1', name: 'Available', isAvailable: true },
        { sid: 'WA2', name: 'Break', isAvailable: false },
      ],
      ['WA1', 'WA2', 'WA3'],
    ),
  }
  expect(condition(text, place).holds(context)).toBe(expected)
})

// 2026-03-10 is a Tuesday.
test.each([
  ['taskrouter.currentTime > 0800 AND taskrouter.currentTime < 1830', '2026-03-10T08:01:00Z', true],
  [
    'taskrouter.currentTime > 0800 AND taskrouter.currentTime < 1830',
    '2026-03-10T08:00:59Z',
    false,
  ],
  ['taskrouter.currentHour > 8 AND taskrouter.currentHour < 18', '2026-03-10T17:59:00Z', true],
  ['taskrouter.currentMin > 10', '2026-03-10T17:10:00Z', false],
  ["taskrouter.dayOfWeek IN ['Mon', 'Tue']", '2026-03-10T23:59:59Z', true],
  ["taskrouter.dayOfWeek = 'Tue'", '2026-03-11T00:00:00Z', false],
])('%s at %s is %s', (text, at, expected) => {
  const taskrouter = momentDocument(Date.parse(at))
  expect(condition(text, 'filter').holds({ task: {}, taskrouter })).toBe(expected)
})

function condition(text: string, place: Place): Condition {
  const read = readCondition(text, place)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}
