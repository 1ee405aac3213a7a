import { describe, expect, test } from 'vitest'
import type { AgentState, StateBatch } from '../../../connectors/agent-state.ts'
import { statesByJson, statesOneByOneByJson } from '../../../connectors/calabrio-wfm/states-json.ts'
import { statesBySoap, statesOneByOneBySoap } from '../../../connectors/calabrio-wfm/states-soap.ts'
import { stateMessages } from '../../../connectors/form/state-messages.ts'
import { state } from '../states.ts'
import { wfmFixture } from '../wfm-fixture.ts'

const golden = (name: string) => wfmFixture(`calabrio-wfm/rta/${name}`)

function batchOf(kind: StateBatch['kind'], at: string, states: readonly AgentState[]): StateBatch {
  return {
    ...{ kind, target: 'calabrio', at: Date.parse(at), states },
    settings: { authenticationKey: 'EXAMPLE-KEY', sourceId: '1' },
  }
}

const everybody = batchOf('snapshot', '2026-03-02T09:00:00Z', [
  state('2001', 'READY', 'Available', '2026-03-02T09:00:00Z'),
  state('2002', 'TALK-IN', 'Voice inbound talking', '2026-03-02T08:59:48Z'),
  state('2003', 'READY', 'Available', '2026-03-02T08:54:50Z'),
  state('2004', 'CHAT-2', 'Chat, 2 active', '2026-03-02T08:58:25Z'),
  state('2005', 'LOGGED-OFF', 'Logged out', '2026-03-02T08:00:00Z', false),
])
const changes = batchOf('changes', '2026-03-02T09:30:05Z', [
  state('2001', 'BREAK', 'Break', '2026-03-02T09:30:03Z'),
  state('2003', 'WRAP', 'After contact work', '2026-03-02T09:30:04Z'),
])

describe('by SOAP', () => {
  test('a snapshot of who is logged on, and its close', () => {
    const { messages, faults } = stateMessages(statesBySoap, everybody)
    expect(faults).toEqual([])
    expect(messages.map(({ text }) => text)).toEqual([
      golden('1-snapshot-batch.soap.xml'),
      golden('2-snapshot-close.soap.xml'),
    ])
    expect(messages.map(({ headers }) => headers['SOAPAction'])).toEqual([
      '"http://tempuri.org/ITeleoptiRtaService/SaveBatchExternalUserState"',
      '"http://tempuri.org/ITeleoptiRtaService/SaveExternalUserState"',
    ])
    expect(messages.map(({ agents }) => agents.length)).toEqual([4, 0])
  })

  test('changes in one call, or each in one of its own', () => {
    expect(stateMessages(statesBySoap, changes).messages.map(({ text }) => text)).toEqual([
      golden('3-change-batch.soap.xml'),
    ])
    const gone = batchOf('changes', '2026-03-02T10:00:00Z', [
      state('2004', 'LOGGED-OFF', 'Logged out', '2026-03-02T10:00:00Z', false),
    ])
    expect(stateMessages(statesOneByOneBySoap, gone).messages.map(({ text }) => text)).toEqual([
      golden('4-change-single.soap.xml'),
    ])
    expect(stateMessages(statesOneByOneBySoap, changes).messages).toHaveLength(2)
  })

  test('a snapshot where nobody is logged on has somebody whom nobody knows', () => {
    const empty = batchOf('snapshot', '2026-03-02T09:00:00Z', everybody.states.slice(4))
    const { messages } = stateMessages(statesBySoap, empty)
    expect(messages).toHaveLength(2)
    expect(messages[0]?.text).toContain('<tel:UserCode>nobody</tel:UserCode>')
    expect(messages[0]?.agents).toEqual([])
  })

  test('letters that XML has a use for arrive as they were', () => {
    const odd = batchOf('changes', '2026-03-02T09:30:05Z', [
      state('<2001>', 'A&B', '"x" < y', '2026-03-02T09:30:03Z'),
    ])
    const [message] = stateMessages(statesBySoap, odd).messages
    expect(message?.text).toContain('<tel:UserCode>&lt;2001&gt;</tel:UserCode>')
    expect(message?.text).toContain('<tel:StateCode>A&amp;B</tel:StateCode>')
    expect(message?.text).toContain('<tel:StateDescription>&quot;x&quot; &lt; y<')
  })
})

describe('by JSON', () => {
  test.each([
    [
      '5-state-change.json',
      statesOneByOneByJson,
      { ...changes, states: changes.states.slice(0, 1) },
    ],
    ['6-state-batch.json', statesByJson, changes],
    ['7-state-batch-snapshot.json', statesByJson, everybody],
  ])('%s', (name, form, batch) => {
    expect(stateMessages(form, batch).messages.map(({ text }) => text)).toEqual([golden(name)])
  })

  test('there is no snapshot one by one', () => {
    expect(stateMessages(statesOneByOneByJson, everybody)).toEqual({ messages: [], faults: [] })
  })
})

test('nothing is told where a key is not set', () => {
  expect(stateMessages(statesBySoap, { ...changes, settings: { sourceId: '1' } })).toEqual({
    messages: [],
    faults: [{ index: null, detail: 'the setting authenticationKey is not set' }],
  })
})

describe('who cannot be told', () => {
  const wrong = state('', 'BREAK', '', '2026-03-02T09:30:03Z')

  test('is named, and keeps nobody else from being told', () => {
    const batch = { ...changes, states: [wrong, ...changes.states] }
    const { messages, faults } = stateMessages(statesBySoap, batch)
    expect(faults).toEqual([
      { index: 0, detail: 'there is no agent.logon of the agent Agent  (WK)' },
    ])
    expect(messages.map(({ text }) => text)).toEqual([golden('3-change-batch.soap.xml')])
  })

  test('keeps a snapshot from being made, which would log him out', () => {
    const batch = { ...everybody, states: [...everybody.states, wrong] }
    const { messages, faults } = stateMessages(statesBySoap, batch)
    expect(messages).toEqual([])
    expect(faults).toHaveLength(1)
  })

  test.each(['A\nB', ' A', 'A\u0000'])('a code that would not arrive as it is: %j', (code) => {
    const batch = { ...changes, states: [state('1', code, '', '2026-03-02T09:30:03Z')] }
    expect(stateMessages(statesBySoap, batch).faults).toHaveLength(1)
  })
})
