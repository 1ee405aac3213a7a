import { expect, test } from 'vitest'
import type { JsonValue } from '../../../services/routing/json-value.ts'
import { readRoutingFile, type RoutingFile } from '../../../services/whatif/routing-file.ts'
import { toRoutingTable } from '../../../services/whatif/routing-table.ts'

const configuration = { task_routing: { default_filter: { queue: 'WQ1' } } }
const intoWW1 = { into: { kind: 'workflow', workflow: 'WW1' } } as const
const recordedQueues = [{ sid: 'WQ1', name: 'Support', expression: 'team == 1', resource: null }]

function fileOf(json: JsonValue): RoutingFile {
  const read = readRoutingFile(json)
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}

function faultsOf(json: JsonValue): readonly string[] {
  const read = readRoutingFile(json)
  return read.kind === 'refused' ? read.faults.map(({ path, detail }) => `${path}: ${detail}`) : []
}

test.each([
  ['a configuration', configuration, null],
  ['a Workflow', { sid: 'WW1', configuration: JSON.stringify(configuration) }, 'WW1'],
  ['a list', { workflows: [{ sid: 'WW1', configuration }] }, 'WW1'],
])('%s is read', (_name, json, sid) => {
  const { workflows } = fileOf(json)
  expect(workflows.map((one) => [one.sid, one.configuration.defaultTarget?.queue])).toEqual([
    [sid, 'WQ1'],
  ])
})

test('every fault of a file is told with its place', () => {
  const wrong = { task_routing: { filters: [{ expression: 'a ==', targets: [{ queue: 'WQ1' }] }] } }
  const faults = faultsOf({
    workflows: [
      { sid: 'WW1', configuration: wrong },
      { sid: 'WA1', configuration },
    ],
    task_queues: [{ sid: 'WQ1', max_reserved_workers: 51 }],
  })
  const expression = 'configuration.task_routing.filters[0].expression'
  expect(faults).toEqual([
    expect.stringMatching(/^task_queues\[0\]\.max_reserved_workers: /),
    expect.stringContaining(`workflows[0].${expression}: offset 4`),
    expect.stringMatching(/^workflows\[1\]\.sid: /),
  ])
})

test.each([[null], [[]], [{}], ['text']])('%j is no routing', (json) => {
  expect(faultsOf(json)).toHaveLength(1)
})

test('what was imported tells the size of a queue, and its events who is in it now', () => {
  const resource = { sid: 'WQ1', target_workers: 'team == 2', max_reserved_workers: 3 }
  const read = toRoutingTable({
    ...{ file: fileOf(configuration), contacts: [intoWW1], recordedWorkflows: new Map() },
    recordedQueues: [{ sid: 'WQ1', name: 'Support', expression: 'team == 1', resource }],
  })
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  const queue = read.table.queues.get('WQ1')
  expect(queue).toMatchObject({ maxReservedWorkers: 3, friendlyName: 'Support' })
  expect(queue?.targetWorkers?.source).toBe('team == 1')
})

test('queues of the ledger serve where the file has none', () => {
  const file = fileOf(configuration)
  const read = toRoutingTable({
    ...{ file, recordedQueues, contacts: [intoWW1], recordedWorkflows: new Map() },
  })
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  expect([...read.table.workflows.keys()]).toEqual(['WW1'])
  expect(read.table.queues.get('WQ1')?.targetWorkers?.source).toBe('team == 1')
})

test('what the file says of a queue goes before what the ledger says', () => {
  const file = fileOf({
    workflows: [{ sid: 'WW1', configuration }],
    task_queues: [{ sid: 'WQ1', target_workers: '1==1' }],
  })
  const read = toRoutingTable({
    ...{ file, recordedQueues, contacts: [intoWW1], recordedWorkflows: new Map() },
  })
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  expect(read.table.queues.get('WQ1')?.targetWorkers?.source).toBe('1==1')
})

test('what is missing is told: workflows, queues, and which workers a queue may use', () => {
  const strange = { task_routing: { filters: [], default_filter: { queue: 'WQ9' } } }
  const read = toRoutingTable({
    file: fileOf({ workflows: [{ sid: 'WW1', configuration: strange }] }),
    recordedQueues: [
      ...recordedQueues,
      { sid: 'WQ2', name: 'Untold', expression: null, resource: null },
    ],
    contacts: [
      intoWW1,
      { into: { kind: 'workflow', workflow: 'WW2' } },
      { into: { kind: 'queue', queue: 'WQ2' } },
    ],
    recordedWorkflows: new Map(),
  })
  expect(read.kind === 'refused' && read.faults).toEqual([
    { field: 'workflow', detail: expect.stringContaining('WW2') as string },
    {
      field: 'task_routing.default_filter.queue',
      detail: 'WW1 names WQ9, which is no queue that is known',
      choices: ['WQ1', 'WQ2'],
    },
    { field: 'task_queues WQ2', detail: expect.stringContaining('which workers') as string },
  ])
})

test('a configuration alone is nobody’s where contacts came to several workflows', () => {
  const read = toRoutingTable({
    file: fileOf(configuration),
    recordedQueues,
    contacts: [intoWW1, { into: { kind: 'workflow', workflow: 'WW2' } }],
    recordedWorkflows: new Map(),
  })
  expect(read.kind === 'refused' && read.faults).toMatchObject([
    { field: 'workflow', choices: ['WW1', 'WW2'] },
  ])
})
