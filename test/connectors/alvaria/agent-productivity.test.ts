import { expect, test } from 'vitest'
import {
  agentProductivity,
  statusTable,
  type ProductivityState,
} from '../../../connectors/alvaria/agent-productivity.ts'
import type { WfmState } from '../../../connectors/mapping/mapper.ts'
import { textOf } from '../batches.ts'
import { state } from '../states.ts'
import { wfmFixture } from '../wfm-fixture.ts'

const options = { account: '111122223333', writtenAt: Date.UTC(2026, 2, 2, 10, 5) }

function change(
  logon: string,
  text: string,
  time: string,
  own: Partial<WfmState>,
  routingProfile: string,
): ProductivityState {
  return {
    ...state(logon, text.toUpperCase(), text, `2026-03-02T${time}Z`, true, own),
    ...{ hierarchy: ['EMEA', 'Leeds'], routingProfile },
  }
}

const day = [
  change('ada', 'Available', '09:00:00.000', { class: 'available' }, 'Billing'),
  change(
    'ada',
    'Available',
    '09:00:41.512',
    { class: 'available', countsAsContact: true },
    'Billing',
  ),
  change('ada', 'Break', '09:30:03.007', { class: 'signed_off' }, 'Billing'),
  change('dee', 'Training "A", part 1', '09:30:10.450', {}, 'Chat'),
  change('dee', 'Offline', '10:00:00.120', { class: 'signed_off', loggedOn: false }, 'Chat'),
]

test('lines of a day, in whatever order the changes come', () => {
  const golden = wfmFixture('alvaria/agent-productivity.csv')
  expect(textOf(agentProductivity(day, options))).toBe(golden)
  expect(textOf(agentProductivity(day.toReversed(), options))).toBe(golden)
})

test('where nothing happened there is a file all the same', () => {
  expect(textOf(agentProductivity([], options))).toBe('\n')
})

test('an agent without a logon, or in too many levels, is told by name', () => {
  const [first] = day
  if (first === undefined) throw new Error('the day has no changes')
  const nameless = { ...first, agent: { ...first.agent, logon: '' } }
  const deep = { ...first, hierarchy: ['1', '2', '3', '4', '5', '6'] }
  expect(agentProductivity([first, nameless, deep], options)).toMatchObject({
    kind: 'refused',
    faults: [{ index: 1 }, { index: 2 }],
  })
})

test('the table of state types', () => {
  const classes = {
    Available: 'available',
    Break: 'signed_off',
    Training: 'signed_on',
    Offline: 'signed_off',
  } as const
  expect(statusTable(classes)).toBe(wfmFixture('alvaria/ASPECT_AGENT_STATUS_INFO.csv'))
})
