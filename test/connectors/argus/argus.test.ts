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
  { agent: 'WK2001', spans },
  { agent: 'WK2002', spans: [] },
]
const logonsAt = (agent: string) => [agent.slice(2)]

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
  const asked = { from: at('09:00:00'), to: at('09:20:00') }
  expect(agentStatusData(agents, asked, logonsAt)).toEqual([
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
  const later = { from: at('10:00:00'), to: at('10:15:00') }
  const [agent] = agentStatusData(agents, later, logonsAt)
  expect(agent?.states.map(({ endDate }) => endDate)).toEqual([null])
})

test('a log-in lasts over all that is done in it', () => {
  const asOf = at('10:00:00')
  expect(agentLoginData(agents, { from: at('09:00:00'), to: asOf }, logonsAt, asOf)).toEqual([
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

test('what lasts longer than a logon is told by the one that held when it began', () => {
  const asked = { from: at('08:00:00'), to: at('10:00:00') }
  const changing = (_agent: string, when: number) =>
    when < at('09:10:00') ? ['old'] : ['new', 'too']
  const own = agents.slice(0, 1)
  const codes = agentStatusData(own, asked, changing).map(({ agentId, states }) => [
    ...[agentId, states.map(({ stateCode }) => stateCode)],
  ])
  expect(codes).toEqual([
    ['old', ['OFF', 'READY']],
    ['new', ['BREAK', 'OFF', 'READY']],
    ['too', ['BREAK', 'OFF', 'READY']],
  ])
  const logins = agentLoginData(own, asked, changing, asked.to).map(({ agentId, logins }) => [
    ...[agentId, logins.map(({ loginDate, logoutDate }) => [loginDate, logoutDate])],
  ])
  expect(logins).toEqual([
    ['old', [['2026-03-02T08:30:00.000Z', '2026-03-02T09:20:00.000Z']]],
    ['new', [['2026-03-02T09:40:00.000Z', null]]],
    ['too', [['2026-03-02T09:40:00.000Z', null]]],
  ])
})

test('a logon that was somebody else’s before tells of both, in the order of time', () => {
  const asked = { from: at('08:00:00'), to: at('10:00:00') }
  const both = [
    { agent: 'later', spans: [span('READY', '09:00:00', '09:30:00')] },
    { agent: 'earlier', spans: [span('BREAK', '08:10:00', '08:20:00')] },
  ]
  const [only, ...more] = agentStatusData(both, asked, () => ['2009'])
  expect(only?.states.map(({ stateCode }) => stateCode)).toEqual(['BREAK', 'READY'])
  expect(more).toEqual([])
})

test('who has logged on by a clock that is ahead of ours has not been for less than nothing', () => {
  const asked = { from: at('09:00:00'), to: at('10:00:00') }
  const [agent] = agentLoginData(agents, asked, logonsAt, at('09:39:59'))
  expect(agent?.logins.map(({ duration }) => duration)).toEqual([50 * 60_000, 0])
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
