import { expect, test } from 'vitest'
import { identityFaults } from '../../connectors/identity-history.ts'
import {
  createIdentities,
  identified,
  type KnownNames,
  type PlainRow,
} from '../../connectors/identities.ts'
import { identitiesSchema } from '../../schemas/events/identities.ts'
import { readIdentitiesFile } from '../../services/definitions/identities-file.ts'
import { faultText } from '../../services/definitions/yaml-file.ts'

const at = (text: string) => Date.parse(`2026-03-${text}:00Z`)
const names: KnownNames = {
  agent: (id) => (id === 'WK1' ? 'Ada' : null),
  queue: (id) => (id === 'WQ9' ? 'Lost' : null),
}
const table = identitiesSchema.parse({
  target: 'calabrio',
  agents: [
    { agent: 'WK1', logon: '2001', until: '2026-03-02T00:00:00Z' },
    { agent: 'WK1', logon: '3001', from: '2026-03-02T00:00:00Z' },
    { agent: 'WK1', logon: '3002', from: '2026-03-02T00:00:00Z' },
    { agent: 'WK2', leaveOut: true },
  ],
  queues: [
    { queue: 'WQ1', number: 100, name: 'Billing' },
    { queue: 'WQ1', channel: 'voice', number: 101 },
    { queue: 'WQ1', channel: 'voice', direction: 'outbound', leaveOut: true },
    { queue: 'WQ1', direction: 'callback', number: 102 },
  ],
})
const needs = { numbers: true, logons: true }
const identities = createIdentities(table, names, needs)

test('an agent is known by what held at the time, and by all that he has', () => {
  const logons = (id: string, when: string) => {
    const found = identities.agentsAt(id, at(when))
    return typeof found === 'string' ? found : found.map(({ logon, name }) => `${logon} ${name}`)
  }
  expect(logons('WK1', '01T23:59')).toEqual(['2001 Ada'])
  expect(logons('WK1', '02T00:00')).toEqual(['3001 Ada', '3002 Ada'])
  expect(logons('WK2', '02T00:00')).toBe('left out')
  expect(logons('WK3', '02T00:00')).toBe('missing')
})

test('of several entries of a queue the one that says most holds', () => {
  const number = (channel: string, direction: string) => {
    const found = identities.queueAt({ id: 'WQ1', channel, direction }, at('02T00:00'))
    return typeof found === 'string' ? found : found.number
  }
  expect(number('chat', 'inbound')).toBe(100)
  expect(number('voice', 'inbound')).toBe(101)
  expect(number('voice', 'outbound')).toBe('left out')
  expect(number('voice', 'callback')).toBe(101)
  expect(number('chat', 'callback')).toBe(102)
})

test('who is missing is told by name, with how much of his is not there', () => {
  const key = (id: string) => ({ id, channel: 'voice', direction: 'inbound' })
  const row = (when: string, queue: string, agent: string | null): PlainRow => ({
    ...{ from: at(when), queue: key(queue), agent, values: { answered_count: 1 } },
  })
  const rows = [
    row('02T09:00', 'WQ1', 'WK1'),
    row('02T09:00', 'WQ9', 'WK3'),
    row('02T09:15', 'WQ9', 'WK1'),
    row('02T09:15', 'WQ1', 'WK2'),
  ]
  const { rows: known, missing, leftOut } = identified(rows, identities, names)
  expect(known).toEqual([
    {
      from: at('02T09:00'),
      queue: { ...key('WQ1'), number: 101, name: 'WQ1' },
      agent: { id: 'WK1', logon: '3001', name: 'Ada' },
      values: { answered_count: 1 },
    },
  ])
  expect(leftOut).toBe(1)
  expect(missing).toEqual([
    {
      ...{ kind: 'queue', ...key('WQ9'), name: 'Lost', rows: 2 },
      ...{ first: at('02T09:00'), last: at('02T09:15') },
    },
    {
      ...{ kind: 'agent', id: 'WK3', channel: null, direction: null, name: 'WK3', rows: 1 },
      ...{ first: at('02T09:00'), last: at('02T09:00') },
    },
  ])
})

test('a target that goes by names needs no entries', () => {
  const free = createIdentities(identitiesSchema.parse({ target: 'genesys' }), names, {
    ...{ numbers: false, logons: false },
  })
  expect(free.agentsAt('WK1', 0)).toEqual([{ id: 'WK1', logon: 'WK1', name: 'Ada' }])
  expect(free.queueAt({ id: 'WQ9', channel: 'sms', direction: 'inbound' }, 0)).toMatchObject({
    ...{ number: null, name: 'Lost' },
  })
  expect(free.bearersOf('WK1')).toEqual(['WK1'])
})

test('who is or was known by a logon is found by it', () => {
  const table = identitiesSchema.parse({
    target: 'argus',
    agents: [
      { agent: 'WK1', logon: '1', until: '2026-01-01T00:00:00Z' },
      { agent: 'WK1', logon: '1', from: '2026-02-01T00:00:00Z' },
      { agent: 'WK2', logon: '1', from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' },
      { agent: 'WK2', logon: '2' },
    ],
  })
  const own = createIdentities(table, names, { numbers: false, logons: true })
  expect(['1', '2', 'WK2'].map((logon) => own.bearersOf(logon))).toEqual([
    ...[['WK1', 'WK2'], ['WK2'], []],
  ])
})

test('what leaves open which of two holds is a fault at its line', () => {
  const read = readIdentitiesFile(`target: calabrio
agents:
  - {agent: WK1, logon: '1'}
  - {agent: WK2, logon: '1', from: 2026-01-01T00:00:00Z}
  - {agent: WK3, logon: '3', from: 2026-02-01T00:00:00Z, until: 2026-01-01T00:00:00Z}
queues:
  - {queue: WQ1, number: 1, until: 2026-01-01T00:00:00Z}
  - {queue: WQ1, number: 2, from: 2026-01-01T00:00:00Z}
  - {queue: WQ1, number: 3}
`)
  expect(read.kind === 'refused' ? read.faults.map(faultText) : []).toEqual([
    "line 4, column 5, agents.1: the logon 1 is WK1's at the same time",
    'line 5, column 5, agents.2: until must be later than from',
    'line 9, column 5, queues.2: WQ1 stands there twice at one time',
  ])
  expect(identityFaults(table)).toEqual([])
})
