import { expect, test } from 'vitest'
import { readWorkflowConfiguration } from '../../../services/routing/workflow-configuration.ts'
import {
  filterFor,
  standingAt,
  stepsOf,
  type Standing,
} from '../../../services/routing/workflow-walk.ts'

const workflow = workflowOf([
  {
    filter_friendly_name: 'gold',
    expression: "value == 'gold'",
    targets: [
      { queue: 'WQ1', timeout: 10, priority: 5, skip_if: 'workers.available == 0' },
      { timeout: 10 },
      { queue: 'WQ2', timeout: 10, priority: 9 },
    ],
  },
  { expression: "type == 'lead'", targets: [{ queue: 'WQ3', skip_if: '1==1' }] },
])

test.each([
  [{ value: 'gold', type: 'lead' }, 0],
  [{ type: 'lead' }, 1],
  [{ value: 'silver' }, null],
])('%j falls into filter %s, the first that it meets', (attributes, filter) => {
  expect(filterFor(workflow, attributes, 0)).toBe(filter)
})

test('a target without queue and priority has those before it', () => {
  const steps = stepsOf(workflow, 0).map(({ queue, priority }) => [queue, priority])
  expect(steps).toEqual([
    ['WQ1', 5],
    ['WQ1', 5],
    ['WQ2', 9],
  ])
})

// Twilio's page on timeouts has three steps of ten seconds.
test.each([
  [0, 'filter 0 target 0 of WQ1 since 0 until 10'],
  [9.999, 'filter 0 target 0 of WQ1 since 0 until 10'],
  [10, 'filter 0 target 1 of WQ1 since 10 until 20'],
  [20, 'filter 0 target 2 of WQ2 since 20 until 30'],
  [30, 'left, timed_out, at 30'],
])('after %d seconds a gold task stands at: %s', (seconds, expected) => {
  expect(tell(standing({ value: 'gold' }, seconds))).toBe(expected)
})

test('a step that is skipped leaves its time to the next one', () => {
  const skipsFirst = standing({ value: 'gold' }, 15, true)
  expect(tell(skipsFirst)).toBe('filter 0 target 1 of WQ1 since 0 until 20')
  expect(skipsFirst.passed).toMatchObject([{ why: 'skipped', from: 0, to: 0 }])
})

test('who times out of a filter goes to the next one that he meets', () => {
  const both = { value: 'gold', type: 'lead' }
  expect(tell(standing(both, 31))).toBe('filter 1 target 0 of WQ3 since 30 until null')
})

test('who only skipped is taken by the default filter, who timed out is not', () => {
  expect(tell(standing({ type: 'lead' }, 1, true))).toBe(
    'filter null target 0 of WQ9 since 0 until null',
  )
  expect(tell(standing({ value: 'gold', type: 'lead' }, 31, true))).toBe('left, timed_out, at 30')
})

test('whom no filter takes the default filter takes, and without one he leaves', () => {
  expect(tell(standing({}, 1))).toBe('filter null target 0 of WQ9 since 0 until null')
  const without = workflowOf([], null)
  const task = { attributes: {}, enteredAt: 5, at: 10, isSkipped: () => false }
  expect(standingAt(without, task)).toMatchObject({ kind: 'left', why: 'no_filter', at: 5 })
})

test('the time of day decides of a filter when the task comes to it', () => {
  const byDay = workflowOf([
    { expression: 'taskrouter.currentHour < 8', targets: [{ queue: 'WQ1' }] },
  ])
  expect(filterFor(byDay, {}, Date.parse('2026-03-10T07:59:00Z'))).toBe(0)
  expect(filterFor(byDay, {}, Date.parse('2026-03-10T08:00:00Z'))).toBeNull()
})

function standing(attributes: Record<string, string>, seconds: number, isSkipped = false) {
  const task = { attributes, enteredAt: 0, at: seconds * 1000, isSkipped: () => isSkipped }
  return standingAt(workflow, task)
}

function tell(where: Standing): string {
  if (where.kind === 'left') return `left, ${where.why}, at ${where.at / 1000}`
  const { step, since, until } = where
  const end = until === null ? 'null' : String(until / 1000)
  return `filter ${String(step.filter)} target ${step.target} of ${step.queue} since ${since / 1000} until ${end}`
}

function workflowOf(filters: readonly object[], default_filter: object | null = { queue: 'WQ9' }) {
  const text = JSON.stringify({ task_routing: { filters, default_filter } })
  const read = readWorkflowConfiguration(text)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}
