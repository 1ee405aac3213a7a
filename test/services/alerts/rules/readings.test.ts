import { expect, test } from 'vitest'
import {
  readingsOf,
  unmatchedNames,
  type Observed,
} from '../../../../services/alerts/rules/readings.ts'
import { anAgent, aQueue, nothing, ruleOf, start, withState } from './observed-centre.ts'

const now = start

/** By the subject's id. */
function valuesOf(rule: string, observed: Observed): Readonly<Record<string, number>> | null {
  const readings = readingsOf(ruleOf(rule), observed, now)
  return readings && Object.fromEntries(readings.map(({ subject, value }) => [subject.id, value]))
}

const centre = withState({
  queues: [
    aQueue('billing', { waiting: 3, oldestWaitingSince: now - 90_500 }),
    aQueue('support', { waiting: 0 }),
  ],
  agents: [
    anAgent('ann', {
      ...{ team: { id: 'T1', name: 'Red' }, activity: 'WA-2', activityName: 'Break' },
      ...{ activityClass: 'aux', activitySince: now - 600_000 },
      ...{ state: 'acw', stateSince: now - 30_000 },
    }),
    anAgent('bob', {
      ...{ activity: 'WA-3', activityName: 'Zumba', activityClass: 'aux' },
      ...{ activitySince: now - 20_000, state: 'aux', stateSince: now - 20_000 },
    }),
    anAgent('cem', {}),
  ],
  isClassTold: ({ name }) => name === 'Break',
})

test.each([
  ['kind: oldest_wait, longerThanSeconds: 60', { 'WQ-billing': 90, 'WQ-support': 0 }],
  ['kind: oldest_wait, queues: [billing], longerThanSeconds: 60', { 'WQ-billing': 90 }],
  [
    'kind: waiting, queues: [WQ-support, billing], moreThan: 1',
    { 'WQ-billing': 3, 'WQ-support': 0 },
  ],
  ['kind: agent_state, states: [acw], longerThanSeconds: 5', { 'WK-ann': 30 }],
  ['kind: agent_state, states: [acw, aux], longerThanSeconds: 5', { 'WK-ann': 30, 'WK-bob': 20 }],
  ['kind: agent_state, teams: [Red], states: [acw, aux], longerThanSeconds: 5', { 'WK-ann': 30 }],
  [
    'kind: agent_activity, activities: [Break, WA-3], longerThanSeconds: 5',
    { 'WK-ann': 600, 'WK-bob': 20 },
  ],
  ['kind: agent_activity, teams: [T1], longerThanSeconds: 5', { 'WK-ann': 600 }],
  ['kind: unclassed_activity', { 'WA-3': 1 }],
])('%s measures %j', (rule, values) => {
  expect(valuesOf(rule, centre)).toEqual(values)
})

test('a service level is judged of queues of which enough contacts are over', () => {
  const level = { queue: 'WQ-billing', queueName: 'billing', workspace: 'WS', ratio: 0.75 }
  const observed = { ...centre, serviceLevels: new Map([[2, [{ ...level, contacts: 9 }]]]) }
  const rule = 'kind: service_level, belowPercent: 80, intervals: 2'
  expect(valuesOf(rule, observed)).toEqual({ 'WQ-billing': 75 })
  expect(valuesOf(`${rule}, contactsMin: 10`, observed)).toEqual({})
  expect(valuesOf('kind: service_level, belowPercent: 80', observed)).toBeNull()
})

test('who is out of adherence is told by how long he is, where it is known', () => {
  const out = new Map([
    ['WK-ann', now - 120_500],
    ['WK-gone', now - 1_000],
  ])
  const rule = 'kind: out_of_adherence, longerThanSeconds: 60'
  expect(valuesOf(rule, { ...centre, out })).toEqual({ 'WK-ann': 120 })
  expect(valuesOf(`${rule}, teams: [Blue]`, { ...centre, out })).toEqual({})
  expect(valuesOf(rule, centre)).toBeNull()
})

test('activities are told whose agents no rule maps, of the mappings that are chosen', () => {
  const unmapped = [
    { target: 'calabrio', agents: new Set(['WK-ann', 'WK-bob', 'WK-cem']) },
    { target: 'assembled', agents: new Set(['WK-bob', 'WK-gone']) },
  ]
  const observed = { ...centre, unmapped }
  // Cem is in no activity that anybody has told, and Bob counts once.
  expect(valuesOf('kind: unmapped_activity', observed)).toEqual({ 'WA-2': 1, 'WA-3': 1 })
  const chosen = 'kind: unmapped_activity, targets: [assembled]'
  expect(valuesOf(chosen, observed)).toEqual({ 'WA-3': 1 })
  expect(valuesOf(chosen, centre)).toBeNull()
  expect(unmatchedNames(ruleOf('kind: unmapped_activity, targets: [asembled]'), observed)).toEqual([
    'asembled',
  ])
})

test('a source is silent since it was last heard, if agents are there for whom it should speak', () => {
  const sources = [
    { source: 'twilio-voice', receivedAt: now - 61_000 },
    { source: 'pbx', receivedAt: now },
  ]
  const rule = 'kind: source_silent, longerThanSeconds: 60'
  expect(valuesOf(rule, { ...centre, sources })).toEqual({ 'twilio-voice': 61, pbx: 0 })
  expect(valuesOf(`${rule}, sources: [pbx]`, { ...centre, sources })).toEqual({ pbx: 0 })
  expect(valuesOf(`${rule}, agentsSignedInMin: 2`, { ...centre, sources })).toHaveProperty('pbx')
  expect(valuesOf(`${rule}, agentsSignedInMin: 3`, { ...centre, sources })).toEqual({})
  expect(valuesOf(`${rule}, agentsSignedInMin: 1`, { ...nothing, sources, state: null })).toBeNull()
})

test('the lag is of what is known to lag', () => {
  const rule = 'kind: lag, moreThanRecords: 10'
  expect(valuesOf(rule, { ...centre, lag: { state: 5, tables: 7 } })).toEqual({
    state: 5,
    tables: 7,
  })
  expect(valuesOf(rule, { ...centre, lag: { state: 5, tables: null } })).toEqual({ state: 5 })
  expect(valuesOf(rule, centre)).toBeNull()
})

test('what cannot be seen has no reading, which is another thing than a reading of nothing', () => {
  for (const rule of [
    'kind: oldest_wait, longerThanSeconds: 1',
    'kind: waiting, moreThan: 1',
    'kind: agent_state, states: [aux], longerThanSeconds: 1',
    'kind: agent_activity, longerThanSeconds: 1',
    'kind: unclassed_activity',
  ]) {
    expect(valuesOf(rule, nothing), rule).toEqual({})
    expect(valuesOf(rule, { ...nothing, state: null }), rule).toBeNull()
  }
})

test('names that nothing has are told', () => {
  const names = (rule: string) => unmatchedNames(ruleOf(rule), centre)
  expect(names('kind: waiting, queues: [billing, WQ-support, Biling, "*"], moreThan: 1')).toEqual([
    'Biling',
  ])
  expect(
    names(
      'kind: agent_activity, teams: [Red, Rde], activities: [Brake, WA-3], longerThanSeconds: 1',
    ),
  ).toEqual(['Rde', 'Brake'])
})
