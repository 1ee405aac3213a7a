import { expect, test } from 'vitest'
import { readTwilioConfig } from '../../../services/routing/twilio-config.ts'

const queue = {
  sid: 'WQ1',
  account_sid: 'AC1',
  workspace_sid: 'WS1',
  friendly_name: 'Billing',
  target_workers: "skills HAS 'billing'",
  max_reserved_workers: 2,
  task_order: 'FIFO',
  date_updated: '2026-03-01T10:00:00Z',
  url: 'https://taskrouter.twilio.com/v1/Workspaces/WS1/TaskQueues/WQ1',
}
const routing = { task_routing: { filters: [], default_filter: { queue: 'WQ1' } } }
const workflow = {
  sid: 'WW1',
  friendly_name: 'Inbound',
  configuration: JSON.stringify(routing),
  assignment_callback_url: 'https://example.com/?token=secret',
}

function read(value: unknown) {
  const reading = readTwilioConfig(value)
  return reading.kind === 'understood' ? reading.value : reading.faults
}

test('a queue is kept with what routing goes by, and since when it is so', () => {
  expect(read(queue)).toEqual([
    {
      ...{ kind: 'queue', sid: 'WQ1', name: 'Billing', account: 'AC1', workspace: 'WS1' },
      ...{ updatedAt: Date.UTC(2026, 2, 1, 10), expression: "skills HAS 'billing'" },
      resource: {
        ...{ sid: 'WQ1', friendly_name: 'Billing', target_workers: "skills HAS 'billing'" },
        ...{ max_reserved_workers: 2, task_order: 'FIFO' },
      },
    },
  ])
})

test('an address with a secret in it is not kept', () => {
  expect(JSON.stringify(read(workflow))).not.toContain('secret')
})

test.each([
  ['a list', [queue, workflow]],
  [
    'pages',
    [
      { task_queues: [queue], meta: {} },
      { workflows: [workflow], meta: {} },
    ],
  ],
  [
    'what the command line writes',
    [
      { sid: 'WQ1', friendlyName: 'Billing', targetWorkers: "skills HAS 'billing'" },
      { sid: 'WW1', friendlyName: 'Inbound', configuration: routing },
    ],
  ],
])('%s is read', (_name, value) => {
  expect(read(value)).toMatchObject([
    { kind: 'queue', sid: 'WQ1', name: 'Billing', expression: "skills HAS 'billing'" },
    { kind: 'workflow', sid: 'WW1', resource: { configuration: JSON.stringify(routing) } },
  ])
})

test('every fault is told with its place', () => {
  const faults = read([
    { ...queue, target_workers: 'skills HAS', date_updated: '2026' },
    { ...queue, date_updated: 'yesterday' },
    { sid: 'WW1' },
    { sid: 'WW2', configuration: '{' },
    { sid: 'WK1' },
    7,
    { friendly_name: 'Billing' },
  ])
  expect(faults.map((fault) => 'path' in fault && fault.path)).toEqual([
    ...['[0].target_workers', '[1].date_updated', '[2].configuration'],
    ...['[3].configuration', '[4].sid', '[5].sid', '[6].sid'],
  ])
})

test.each([[[]], [{}], [{ workers: [] }]])('%j holds nothing that could be imported', (value) => {
  expect(read(value)).toMatchObject([{ detail: 'holds no task queue and no workflow' }])
})
