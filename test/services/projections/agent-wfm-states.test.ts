import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../../services/definitions/mapping-event.ts'
import { wholeTime } from '../../../services/projections/agent-story.ts'
import { workerFold } from '../../../services/projections/all.ts'
import { learn, nothingKnown } from '../../../services/projections/definitions.ts'
import { withEvents } from '../../../services/projections/timeline.ts'
import { arbitraryLog, logEnd } from '../../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../../support/arbitrary-mapping.ts'
import { anEvent, foldAll, type PlainRow } from '../../support/fold-all.ts'

const second = 1_000
const minute = 60 * second

function setFrom(from: number, version: number, file: object): LedgerEvent {
  const mapping = mappingFileSchema.parse({ target: 'calabrio', ...file })
  return toMappingEvent({ mapping, version, from, now: from })
}

const give = (code: string, more: object = {}) => ({ code, class: 'signed_on', ...more })

const at = (ms: number, type: string, fields: object = {}): LedgerEvent =>
  anEvent({ id: `${type}-${ms}`, type, at: ms, worker: 'WK1', ...fields })

const inActivity = (ms: number, name: string, fields: object = {}) =>
  at(ms, 'worker.activity.update', { activity: `WA${name}`, activityName: name, ...fields })

const ofCall = (ms: number, step: string, fields: object = {}) =>
  at(ms, `reservation.${step}`, {
    ...{ task: 'WT1', reservation: 'WR1', channel: 'voice', direction: 'inbound', queue: 'WQ1' },
    ...fields,
  })

/** The stretches of a worker: beginning, end, code. */
function told(events: readonly LedgerEvent[], asOf: number) {
  const rows = foldAll(events, asOf).get('agent_wfm_states') ?? []
  return rows.map((row) => [row['started_at'], row['ended_at'], row['code']])
}

const rules = [
  { when: { phase: ['acw'], longerThanMs: minute }, give: give('LONG-WRAP') },
  { when: { phase: ['talk', 'hold', 'acw'] }, give: give('{phase}') },
  { when: { activity: ['Break'], longerThanMs: 15 * minute }, give: give('FORGOTTEN') },
  { when: { activity: ['Break'], reason: ['lunch'] }, give: give('LUNCH') },
  { when: { activity: ['Break'] }, give: give('BREAK') },
  { when: { activity: ['Available'], longerThanMs: 10 * minute }, give: give('BORED') },
  { when: { activity: ['Available'] }, give: give('READY', { class: 'available' }) },
  { when: { activity: ['Offline'] }, give: give('OUT', { class: 'signed_off' }) },
]

describe('an agent in the words of a WFM product', () => {
  test('a call is told phase by phase, and too much after-contact work from where it is too much', () => {
    const events = [
      setFrom(0, 1, { rules }),
      inActivity(1 * minute, 'Available'),
      ofCall(2 * minute, 'created'),
      ofCall(2 * minute + 5 * second, 'accepted'),
      ofCall(3 * minute, 'hold'),
      ofCall(4 * minute, 'unhold'),
      ofCall(5 * minute, 'wrapup'),
      ofCall(7 * minute, 'completed'),
    ]
    expect(told(events, 8 * minute)).toEqual([
      [1 * minute, 2 * minute + 5 * second, 'READY'],
      [2 * minute + 5 * second, 3 * minute, 'talk'],
      [3 * minute, 4 * minute, 'hold'],
      [4 * minute, 5 * minute, 'talk'],
      [5 * minute, 6 * minute, 'acw'],
      [6 * minute, 7 * minute, 'LONG-WRAP'],
      [7 * minute, null, 'READY'],
    ])
  })

  test('how long he has been idle counts from his last contact', () => {
    const events = [
      setFrom(0, 1, { rules }),
      inActivity(0, 'Available'),
      ofCall(8 * minute, 'created'),
      ofCall(8 * minute, 'accepted'),
      ofCall(9 * minute, 'completed'),
    ]
    expect(told(events, 30 * minute)).toEqual([
      [0, 8 * minute, 'READY'],
      [8 * minute, 9 * minute, 'talk'],
      [9 * minute, 19 * minute, 'READY'],
      [19 * minute, null, 'BORED'],
    ])
  })

  test('attributes count from when they were told, also in the middle of an activity', () => {
    const events = [
      setFrom(0, 1, { rules }),
      inActivity(1 * minute, 'Break', { attributes: '{"reason":"tea"}' }),
      at(2 * minute, 'worker.attributes.update', { attributes: '{"reason":"lunch"}' }),
      at(3 * minute, 'worker.attributes.update', { attributes: 'no JSON' }),
    ]
    expect(told(events, 5 * minute)).toEqual([
      [1 * minute, 2 * minute, 'BREAK'],
      [2 * minute, 3 * minute, 'LUNCH'],
      [3 * minute, null, 'BREAK'],
    ])
  })

  test('a mapping holds from its instant on, and a worker who is deleted is told as gone', () => {
    const events = [
      setFrom(5 * minute, 1, { rules }),
      setFrom(7 * minute, 2, { rules: [{ give: give('ANYTHING') }] }),
      inActivity(1 * minute, 'Break'),
      at(8 * minute, 'worker.deleted'),
    ]
    expect(told(events, 9 * minute)).toEqual([
      [5 * minute, 7 * minute, 'BREAK'],
      [7 * minute, 8 * minute, 'ANYTHING'],
      [8 * minute, null, 'OFFLINE'],
    ])
  })

  test('what no rule maps is named, and where no mapping is set there are no rows', () => {
    const events = [inActivity(1 * minute, 'Yoga'), ofCall(2 * minute, 'created')]
    expect(told(events, 3 * minute)).toEqual([])
    const [first, second] =
      foldAll([...events, setFrom(0, 1, {})], 3 * minute).get('agent_wfm_states') ?? []
    expect(first).toMatchObject({
      ...{ code: 'UNMAPPED', unmapped: 'activity', unmapped_name: 'Yoga', rules: [] },
    })
    expect(second).toMatchObject({ unmapped: 'contact', unmapped_name: 'voice ringing inbound' })
  })
})

const contribution = (events: readonly LedgerEvent[], asOf: number) => {
  const own = withEvents(
    [],
    events.filter(({ worker }) => worker !== null),
  )
  const known = events.reduce(learn, nothingKnown)
  return workerFold.contribution('WK1', own, wholeTime, known, asOf)
}

test('a stretch that goes on is the same row however long it lasts', () => {
  const events = [setFrom(0, 1, { rules }), inActivity(1 * minute, 'Offline')]
  const [soon, late] = [contribution(events, 2 * minute), contribution(events, 900 * minute)]
  expect(soon.rows).toEqual(late.rows)
  expect(soon.steadyUntil).toBe(Infinity)
})

test.each([
  ['a dwell', { minimumDwellMs: 10 * minute, rules }, 11 * minute],
  [
    'a rule for long stays',
    {
      rules: [{ when: { activity: ['Offline'], longerThanMs: 10 * minute }, give: give('LONG') }],
    },
    11 * minute,
  ],
  [
    'a date',
    { rules: [{ from: new Date(10 * minute).toISOString(), give: give('LATER') }] },
    10 * minute,
  ],
])('%s wakes an agent at rest when it is due, and not before', (_what, file, due) => {
  const events = [
    setFrom(0, 1, file),
    inActivity(0, 'Available'),
    inActivity(1 * minute, 'Offline'),
  ]
  const before = contribution(events, 5 * minute)
  expect(before.steadyUntil).toBe(due - 1)
  expect(contribution(events, due - 1).rows).toEqual(before.rows)
  expect(contribution(events, due).rows).not.toEqual(before.rows)
})

test('a mapping that holds from tomorrow on wakes an agent at rest then', () => {
  const events = [setFrom(60 * minute, 1, { rules }), inActivity(0, 'Offline')]
  expect(contribution(events, 5 * minute)).toMatchObject({ steadyUntil: 60 * minute - 1 })
  expect(told(events, 61 * minute)).toEqual([[60 * minute, null, 'OUT']])
})

test('an agent is told of from when he is heard of, not from when a customer who comes to him later was put on hold', () => {
  const ofCustomer = { task: 'WT1', conference: 'CF1', label: 'customer', worker: null }
  const events = [
    setFrom(0, 1, { rules }),
    at(2 * minute, 'conference.participant.hold', ofCustomer),
    ofCall(5 * minute, 'created'),
    ofCall(6 * minute, 'accepted'),
  ]
  expect(told(events, 8 * minute)).toEqual([
    [5 * minute, 6 * minute, 'UNMAPPED'],
    [6 * minute, null, 'hold'],
  ])
})

test('stretches of an agent leave no gap, do not overlap, and differ from their neighbours', () => {
  const mapped = fc.tuple(arbitraryLog.chain(withAttributes), arbitraryMappings)
  fc.assert(
    fc.property(mapped, ([log, mappings]) => {
      const rows = foldAll([...log, ...mappings], logEnd).get('agent_wfm_states') ?? []
      const byName = new Map<string, PlainRow[]>()
      for (const row of rows) {
        const name = `${String(row['target'])} ${String(row['agent'])}`
        byName.set(name, [...(byName.get(name) ?? []), row])
      }
      for (const own of byName.values()) {
        const sorted = own.toSorted((a, b) => Number(a['started_at']) - Number(b['started_at']))
        for (const [index, row] of sorted.entries()) {
          const next = sorted[index + 1]
          expect(row['ended_at']).toBe(next?.['started_at'] ?? null)
          expect(row['is_open']).toBe(next === undefined)
          if (next !== undefined) expect(words(next)).not.toEqual(words(row))
        }
        const [first] = sorted
        const holdsFrom = Math.min(
          ...mappings
            .filter(({ attributes }) =>
              attributes?.includes(`"target":"${String(first?.['target'])}"`),
            )
            .map((event) => event.at),
        )
        expect(Number(first?.['started_at'])).toBeGreaterThanOrEqual(holdsFrom)
      }
    }),
    { numRuns: 100 },
  )
})

function words({ code, reason, text, unmapped, unmapped_name, ...row }: PlainRow) {
  const { class: itsClass, is_logged_on, is_counted_as_contact, is_paid } = row
  return {
    ...{ code, reason, text, unmapped, unmapped_name, itsClass },
    ...{ is_logged_on, is_counted_as_contact, is_paid },
  }
}
