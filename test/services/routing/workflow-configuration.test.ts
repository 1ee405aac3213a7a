import { expect, test } from 'vitest'
import { readQueueDefinition } from '../../../services/routing/queue-definition.ts'
import { readWorkflowConfiguration } from '../../../services/routing/workflow-configuration.ts'

test('a configuration as Twilio writes it is read, numbers as texts too', () => {
  const read = readWorkflowConfiguration(
    JSON.stringify({
      task_routing: {
        filters: [
          {
            filter_friendly_name: 'Gold',
            expression: "customer_value == 'Gold'",
            targets: [
              {
                queue: 'WQ1',
                priority: '10',
                timeout: '30',
                expression: 'task.language IN worker.languages',
                order_by: 'worker.level DESC',
                skip_if: 'workers.available == 0',
                known_worker_sid: 'task.agent.sid',
              },
              { timeout: 15, expression: '' },
            ],
            something_new: 1,
          },
        ],
        default_filter: { queue: 'WQ2' },
      },
    }),
  )
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  const { filters, defaultTarget } = read.value
  expect(filters[0]).toMatchObject({
    name: 'Gold',
    expression: { source: "customer_value == 'Gold'", place: 'filter' },
    targets: [
      {
        queue: 'WQ1',
        priority: 10,
        timeoutSeconds: 30,
        expression: { place: 'target' },
        orderBy: { clauses: [{ path: ['worker', 'level'], direction: 'DESC' }] },
        skipIf: { place: 'skip_if' },
        knownWorker: { by: 'sid', source: 'task.agent.sid', path: ['task', 'agent', 'sid'] },
      },
      { queue: null, priority: null, timeoutSeconds: 15, expression: null, knownWorker: null },
    ],
  })
  expect(defaultTarget).toMatchObject({ queue: 'WQ2', expression: null })
})

test('a configuration of a default filter alone is one', () => {
  const read = readWorkflowConfiguration('{"task_routing":{"default_filter":{"queue":"WQ1"}}}')
  expect(read).toMatchObject({ value: { filters: [], defaultTarget: { queue: 'WQ1' } } })
})

test('every fault of a configuration is named with its path, those of expressions with their offset', () => {
  const read = readWorkflowConfiguration(
    JSON.stringify({
      task_routing: {
        filters: [
          { expression: 'a == AND b', targets: [] },
          {
            targets: [
              { timeout: 0, expression: 'worker.skill-a == 1', order_by: 'worker.a UP' },
              {
                queue: 3,
                priority: -1,
                known_worker_sid: 'task.a b',
                known_worker_friendly_name: 'task.c',
              },
            ],
          },
        ],
        default_filter: {},
      },
    }),
  )
  if (read.kind === 'understood') throw new Error('was read')
  const where = read.faults.map(({ path }) => path.replace('task_routing.', ''))
  expect(where.toSorted()).toEqual([
    'default_filter.queue',
    'filters[0].expression',
    'filters[0].expression',
    'filters[0].targets[0]',
    'filters[1].expression',
    'filters[1].targets[0].expression',
    'filters[1].targets[0].order_by',
    'filters[1].targets[0].queue',
    'filters[1].targets[0].timeout',
    'filters[1].targets[1].known_worker_sid',
    'filters[1].targets[1].priority',
    'filters[1].targets[1].queue',
  ])
  expect(read.faults.map(({ detail }) => detail)).toEqual(
    expect.arrayContaining([
      'a filter has one target or more',
      'the sid of a queue',
      'a whole number, 1 or more',
      'offset 7, “skill-a”: TaskRouter reads no hyphen in a name',
    ]),
  )
})

test('a worker cannot be known by two names at once', () => {
  const target = {
    ...{ queue: 'WQ1', known_worker_sid: 'task.a', known_worker_friendly_name: 'task.b' },
  }
  const read = readWorkflowConfiguration(
    JSON.stringify({ task_routing: { filters: [{ expression: '1==1', targets: [target] }] } }),
  )
  expect(read).toMatchObject({ faults: [{ path: 'task_routing.filters[0].targets[0]' }] })
})

test('what is no JSON is refused, not thrown', () => {
  expect(readWorkflowConfiguration('{')).toMatchObject({ kind: 'refused', faults: [{ path: '' }] })
})

test.each([
  [{ sid: 'WQ1' }, '1==1'],
  [{ sid: 'WQ1', target_workers: "skills HAS 'a'" }, "skills HAS 'a'"],
  [{ sid: 'WQ1', target_workers: '' }, undefined],
])('the workers of the queue %j are those of %s', (queue, source) => {
  const read = readQueueDefinition(queue)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  expect(read.value.targetWorkers?.source).toBe(source)
  expect(read.value).toMatchObject({ maxReservedWorkers: 1, taskOrder: 'FIFO' })
})

test('every fault of a queue is named', () => {
  const read = readQueueDefinition({
    ...{ sid: '', target_workers: 'a-b == 1', max_reserved_workers: 51, task_order: 'RANDOM' },
  })
  if (read.kind === 'understood') throw new Error('was read')
  expect(read.faults.map(({ path }) => path)).toEqual([
    ...['sid', 'target_workers', 'max_reserved_workers', 'task_order'],
  ])
})
