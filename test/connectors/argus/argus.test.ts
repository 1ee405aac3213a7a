import { expect, test } from 'vitest'
import {
  agentLoginData,
  agentStatusData,
  onlineAgentStatus,
} from '../../../connectors/argus/answers.ts'
import { argus } from '../../../connectors/argus/connector.ts'
import { stateMessages } from '../../../connectors/form/state-messages.ts'
import type { WfmSpan } from '../../../connectors/mapping/mapped-spans.ts'
import { state } from '../states.ts'
import { wfmFixture } from '../wfm-fixture.ts'

const at = (time: string) => Date.parse(`2026-03-02T${time}Z`)

function span(code: string, from: string, to: string | null, loggedOn = true): WfmSpan {
  return {
    ...{ from: at(from), to: to === null ? null : at(to), version: 1, rules: [], unmapped: null },
    state: state('2001', code, code.toLowerCase(), '2026-03-02', loggedOn).state,
  }
}

const spans = [
  span('OFF', '08:00:00', '08:30:00', false),
  span('READY', '08:30:00', '09:10:00'),
  span('BREAK', '09:10:00', '09:20:00'),
  span('OFF', '09:20:00', '09:40:00', false),
  span('READY', '09:40:00', null),
]
const agents = [
  { logon: '2001', spans },
  { logon: '2002', spans: [] },
]

test('a change is two messages: what was left, then what was entered', () => {
  const form = argus.forms({}).states['status']
  if (form === undefined) throw new Error('there is no form')
  const left = state('2001', 'READY', 'Available', '2026-03-02').state
  const { messages } = stateMessages(form, {
    ...{ kind: 'changes', target: 'argus', at: at('09:30:05'), settings: { systemId: 'ledger' } },
    states: [
      { ...state('2001', 'BREAK', 'Break', '2026-03-02T09:30:03.400Z'), left },
      state('2003', 'WRAP', 'After contact work', '2026-03-02T09:30:04Z'),
    ],
  })
  expect(messages.map(({ text }) => text).join('')).toBe(wfmFixture('argus/status.json'))
})

test('states that have time in the span are told whole, and one that goes on has no end', () => {
  expect(agentStatusData(agents, { from: at('09:00:00'), to: at('09:20:00') })).toEqual([
    {
      agentId: '2001',
      states: [
        {
          ...{ startDate: '2026-03-02T08:30:00.000Z', endDate: '2026-03-02T09:10:00.000Z' },
          ...{ stateCode: 'READY', stateName: 'ready' },
        },
        {
          ...{ startDate: '2026-03-02T09:10:00.000Z', endDate: '2026-03-02T09:20:00.000Z' },
          ...{ stateCode: 'BREAK', stateName: 'break' },
        },
      ],
    },
  ])
  const [agent] = agentStatusData(agents, { from: at('10:00:00'), to: at('10:15:00') })
  expect(agent?.states.map(({ endDate }) => endDate)).toEqual([null])
})

test('a log-in lasts over all that is done in it', () => {
  const asOf = at('10:00:00')
  expect(agentLoginData(agents, { from: at('09:00:00'), to: asOf }, asOf)).toEqual([
    {
      agentId: '2001',
      logins: [
        {
          ...{ loginDate: '2026-03-02T08:30:00.000Z', logoutDate: '2026-03-02T09:20:00.000Z' },
          duration: 50 * 60_000,
        },
        { loginDate: '2026-03-02T09:40:00.000Z', logoutDate: null, duration: 20 * 60_000 },
      ],
    },
  ])
})

test('who is logged off is not online', () => {
  const states = [
    state('2001', 'BREAK', 'Break', '2026-03-02T09:30:03Z'),
    state('2002', 'OFF', 'Gone', '2026-03-02T09:00:00Z', false),
  ]
  expect(onlineAgentStatus(states)).toEqual([
    {
      ...{ agentId: '2001', stateCode: 'BREAK', stateName: 'Break' },
      startDate: '2026-03-02T09:30:03.000Z',
    },
  ])
})
