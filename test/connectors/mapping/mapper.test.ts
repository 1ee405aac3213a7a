import { describe, expect, test } from 'vitest'
import { createMapper } from '../../../connectors/mapping/mapper.ts'
import type { AgentMoment } from '../../../connectors/mapping/moment.ts'
import { activity, contact, give, mapping, moment, onBreak, ready } from './moments.ts'

const at = 1_000_000

function code(file: object, of: AgentMoment, when = at): string {
  return createMapper(mapping(file)).map(of, when).state.code
}

describe('the first rule that fits gives', () => {
  const rules = [
    { when: { activity: ['wa-break'] }, give: give('BY-SID') },
    { when: { activity: ['BREAK', 'Lunch'] }, give: give('BY-NAME') },
    { when: { activityClass: ['aux'] }, give: give('AUX') },
    { give: give('ANY') },
  ]

  test.each([
    [onBreak, 'BY-SID'],
    [activity('break', { id: 'WA9' }), 'BY-NAME'],
    [activity('Training'), 'AUX'],
    [ready, 'ANY'],
  ])('%j is %s', (of, expected) => {
    expect(code({ rules }, moment({ activity: of }))).toBe(expected)
  })

  test('a person goes before a team, a team before a site, a site before everybody', () => {
    const file = {
      rules: [{ give: give('ALL') }],
      sites: { Berlin: [{ give: give('SITE') }] },
      teams: { Gold: [{ give: give('TEAM') }] },
      people: { WK1: [{ when: { activity: ['Break'] }, give: give('PERSON') }] },
    }
    const attributes = { site: 'Berlin', team_name: 'Gold' }
    expect(code(file, moment({ activity: onBreak, attributes }))).toBe('PERSON')
    expect(code(file, moment({ attributes }))).toBe('TEAM')
    expect(code(file, moment({ attributes: { site: 'Berlin' } }))).toBe('SITE')
    expect(code(file, moment({ attributes: { site: 'Paris' } }))).toBe('ALL')
  })

  test('a rule holds from and until the instants that it names', () => {
    const [from, until] = [new Date(at).toISOString(), new Date(at + 10).toISOString()]
    const file = { rules: [{ from, until, give: give('NEW') }, { give: give('OLD') }] }
    const codes = [at - 1, at, at + 9, at + 10].map((when) => code(file, moment(), when))
    expect(codes).toEqual(['OLD', 'NEW', 'NEW', 'OLD'])
  })
})

describe('what a rule may look at', () => {
  const call = contact({ direction: 'outbound', queue: 'WQ2' })
  const chats = [
    contact({ task: 'WT2', channel: 'chat' }),
    contact({ task: 'WT3', channel: 'chat' }),
  ]
  const attributes = {
    reason: 'dentist',
    'team name': 'x',
    skills: ['sales', 7],
    deep: { level: 3 },
  }

  test.each([
    [{ channel: ['voice'] }, [call], true],
    [{ channel: ['chat'] }, [call], false],
    [{ phase: ['hold', 'talk'] }, [call], true],
    [{ direction: ['inbound'] }, [call], false],
    [{ queue: ['WQ2'], workflow: ['WW1'] }, [call], true],
    [{ contactsAtLeast: 2 }, chats, true],
    [{ contactsAtLeast: 2 }, [call], false],
    [{ contactsAtMost: 1 }, chats, false],
    [{ reason: ['Dentist'] }, [], true],
    [{ reason: ['lunch'] }, [], false],
    [{ attributes: { skills: [7], 'deep.level': [2, 3] } }, [], true],
    [{ attributes: { skills: ['7'] } }, [], false],
    [{ attributes: { 'deep.level.more': [3] } }, [], false],
    [{ attributes: { toString: ['x'] } }, [], false],
  ])('%j of %j: %s', (when, contacts, fits) => {
    const file = { rules: [{ when, give: give('YES') }], fallback: give('NO') }
    expect(code(file, moment({ contacts, attributes }))).toBe(fits ? 'YES' : 'NO')
  })

  test('how long the agent has been in his activity, or the contact in its phase', () => {
    const file = {
      rules: [
        { when: { phase: ['acw'], longerThanMs: 5_000 }, give: give('LONG-WRAP') },
        { when: { phase: ['acw'] }, give: give('WRAP') },
        { when: { activity: ['Break'], longerThanMs: 900_000 }, give: give('FORGOTTEN') },
        { when: { activity: ['Break'] }, give: give('BREAK') },
      ],
    }
    const wrapping = moment({ contacts: [contact({ phase: 'acw', since: at - 4_999 })] })
    expect(code(file, wrapping)).toBe('WRAP')
    expect(code(file, wrapping, at + 1)).toBe('LONG-WRAP')
    expect(createMapper(mapping(file)).nextChange(wrapping, at)).toBe(at + 1)
    expect(createMapper(mapping(file)).nextChange(wrapping, at + 1)).toBeNull()
    const idle = moment({ activity: activity('Break', { since: at }) })
    expect(createMapper(mapping(file)).nextChange(idle, at)).toBe(at + 900_000)
    expect(createMapper(mapping(file)).nextChange(idle, at + 900_000)).toBeNull()
  })
})

describe('an agent with several contacts', () => {
  const contacts = [
    contact({ task: 'WT1', channel: 'chat', phase: 'talk', since: 5 }),
    contact({ task: 'WT2', channel: 'voice', phase: 'hold', since: 9 }),
    contact({ task: 'WT3', channel: 'chat', phase: 'talk', since: 3, queue: 'WQ3' }),
  ]
  const rules = [
    { when: { contactsAtLeast: 1 }, give: give('{channel}-{phase}-{queue}-{contacts}') },
  ]

  test('is told by the one that the order names first, of several the one in its phase longest', () => {
    expect(code({ rules }, moment({ contacts }))).toBe('chat-talk-WQ3-3')
    const precedence = [{ channel: 'voice' }]
    expect(code({ rules, precedence }, moment({ contacts }))).toBe('voice-hold-WQ1-3')
  })

  test('is told alike in whatever order they come', () => {
    expect(code({ rules }, moment({ contacts: contacts.toReversed() }))).toBe('chat-talk-WQ3-3')
  })
})

describe('an agent on break with a call still open', () => {
  const still = moment({ activity: onBreak, contacts: [contact()] })
  const rules = [
    { when: { channel: ['voice'] }, give: give('CALL', { countsAsContact: true }) },
    { when: { activity: ['Break'] }, give: give('BREAK', { reason: '7' }) },
    { when: { activity: ['Available'] }, give: give('READY', { class: 'available' }) },
  ]

  test.each([
    ['contact', 'CALL'],
    ['activity', 'BREAK'],
    ['combined', 'BREAK/CALL'],
  ])('with the policy %s is %s', (contactPolicy, expected) => {
    expect(code({ rules, contactPolicy }, still)).toBe(expected)
  })

  test.each(['contact', 'activity', 'combined'])('at work is told by the contact: %s', (policy) => {
    expect(code({ rules, contactPolicy: policy }, moment({ contacts: [contact()] }))).toBe('CALL')
  })

  test('what is combined is told by both rules', () => {
    const combined = createMapper(mapping({ rules, contactPolicy: 'combined' })).map(still, at)
    expect(combined).toMatchObject({
      state: { reason: '7', countsAsContact: true },
      rules: ['rules.0', 'rules.1'],
    })
  })

  test('codes that are combined may have any letters', () => {
    const odd = [
      { when: { channel: ['voice'] }, give: give('$&{activityCode}') },
      { when: { activity: ['Break'] }, give: give('$1') },
    ]
    expect(code({ rules: odd, contactPolicy: 'combined' }, still)).toBe('$1/$&')
  })

  test.each([
    ['contact', ['rules.0']],
    ['activity', ['rules.1']],
    ['combined', ['rules.0', 'rules.1']],
  ])('with the policy %s only the rules that were needed are told', (contactPolicy, expected) => {
    const told = createMapper(mapping({ rules, contactPolicy })).explain(still, at)
    expect(told.map(({ rule }) => rule)).toEqual(expected)
  })

  test('a contact that no rule maps leaves the activity to speak', () => {
    expect(code({ rules }, moment({ contacts: [contact({ channel: 'chat' })] }))).toBe('READY')
  })
})

test('what no rule maps is told by the fallback, and as unmapped', () => {
  const mapper = createMapper(mapping({}))
  expect(mapper.map(moment({ activity: onBreak }), at)).toEqual({
    ...{ rules: [], unmapped: { of: 'activity', name: 'Break' } },
    state: {
      ...{ code: 'UNMAPPED', reason: null, text: 'Break', class: 'signed_on', loggedOn: true },
      ...{ countsAsContact: false, paid: true },
    },
  })
  expect(mapper.map(moment({ contacts: [contact()] }), at).unmapped).toEqual({
    of: 'contact',
    name: 'voice talk inbound',
  })
})

test('a worker who is gone is told as logged off', () => {
  const { state, unmapped } = createMapper(mapping({})).map(moment({ activity: null }), at)
  expect(state).toMatchObject({ code: 'OFFLINE', class: 'signed_off', loggedOn: false })
  expect(unmapped).toBeNull()
})

test('codes, reasons and texts have places to fill', () => {
  const attributes = { reason: 'dentist', site: 'Berlin', team_name: 'Gold', skills: ['a', 'b'] }
  const rules = [
    {
      give: give('{activitySid}', {
        ...{
          reason: '{reason}',
          text: '{activity} of {team} in {site}, {attributes.skills}{queue}',
        },
      }),
    },
  ]
  const { state } = createMapper(mapping({ rules })).map(moment({ attributes }), at)
  expect(state).toMatchObject({
    ...{ code: 'WA-Available', reason: 'dentist', text: 'Available of Gold in Berlin, a b' },
  })
})

test('which rules were looked at is told, and what kept each from giving', () => {
  const rules = [
    { name: 'later', from: '2099-01-01T00:00:00Z', give: give('A') },
    { when: { activity: ['Lunch'], reason: ['x'] }, give: give('B') },
    { when: { channel: ['chat'] }, give: give('C') },
    { name: 'breaks', when: { activity: ['Break'] }, give: give('D') },
    { give: give('E') },
  ]
  expect(createMapper(mapping({ rules })).explain(moment({ activity: onBreak }), at)).toEqual([
    { rule: 'rules.0', name: 'later', failed: 'effective' },
    { rule: 'rules.1', name: null, failed: 'activity' },
    { rule: 'rules.3', name: 'breaks', failed: null },
  ])
})
