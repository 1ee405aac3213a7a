import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const at = (second: number) => start + second * 1000
const asOf = at(3_600)

let count = 0
const event = (second: number, type: string, fields: Record<string, unknown> = {}): LedgerEvent =>
  anEvent({ id: `E${String(++count).padStart(3, '0')}`, type, at: at(second), ...fields })

const task = { task: 'WT1', channel: 'voice', direction: 'inbound' }

function leg(
  reservation: string,
  worker: string,
  [created, accepted, wrapup, completed]: number[],
) {
  const own = { ...task, reservation, worker, queue: 'q' }
  return [
    event(created ?? 0, 'reservation.created', own),
    event(accepted ?? 0, 'reservation.accepted', own),
    event(wrapup ?? 0, 'reservation.wrapup', own),
    event(completed ?? 0, 'reservation.completed', own),
  ]
}

function conference(second: number, step: string, sequence: number, more = {}): LedgerEvent {
  const own = { task: 'WT1', conference: 'CF1', call: 'CA1', label: 'customer', sequence }
  return event(second, `conference.${step}`, { ...own, ...more })
}

const created = event(0, 'task.created', { ...task, customerCall: 'CA1' })
const ann = leg('WR1', 'ann', [5, 10, 110, 120])

/** What the segments and the agents' rows say of hold; both sides have to agree. */
function holdsOf(events: readonly LedgerEvent[]) {
  const rows = foldAll([created, ...events], asOf)
  const sum = (table: string, metric: string) =>
    (rows.get(table) ?? []).reduce((total, row) => total + Number(row[metric] ?? 0), 0)
  const segments: Record<string, unknown> = {}
  for (const row of rows.get('segments') ?? []) {
    segments[String(row['reservation'])] = row['hold_ms']
  }
  expect(sum('agent_queue_intervals', 'hold_wce_ms')).toBe(sum('queue_intervals', 'hold_wce_ms'))
  expect(sum('agent_queue_intervals', 'hold_started_count')).toBe(
    sum('queue_intervals', 'hold_started_count'),
  )
  return { segments, started: sum('queue_intervals', 'hold_started_count') }
}

test('a hold is the time from the customer’s hold to his unhold', () => {
  const steps = [conference(20, 'participant.hold', 4), conference(72, 'participant.unhold', 5)]
  expect(holdsOf([...ann, ...steps])).toEqual({ segments: { WR1: 52_000 }, started: 1 })
})

test('in one second the conference’s own numbers tell what came first', () => {
  const steps = [
    conference(20, 'participant.hold', 4),
    conference(30, 'participant.hold', 6),
    conference(30, 'participant.unhold', 5),
    conference(40, 'participant.unhold', 7),
  ]
  expect(holdsOf([...ann, ...steps])).toEqual({ segments: { WR1: 20_000 }, started: 2 })
})

test.each(['participant.leave', 'end'])(
  'a hold that nobody takes back ends with conference %s',
  (step) => {
    const steps = [conference(20, 'participant.hold', 4), conference(50, step, 5)]
    expect(holdsOf([...ann, ...steps]).segments).toEqual({ WR1: 30_000 })
  },
)

test('an agent’s leg on hold is no hold of the customer', () => {
  const steps = [
    conference(20, 'participant.hold', 4, { label: 'worker', call: 'CA2' }),
    conference(30, 'participant.hold', 5, { label: null, call: 'CA2' }),
  ]
  expect(holdsOf([...ann, ...steps])).toEqual({ segments: { WR1: 0 }, started: 0 })
})

test('without a label the customer is known by his call', () => {
  const bare = { label: null }
  const steps = [
    conference(20, 'participant.hold', 4, bare),
    conference(25, 'participant.unhold', 5, bare),
  ]
  expect(holdsOf([...ann, ...steps]).segments).toEqual({ WR1: 5_000 })
})

describe('a conference that does not bear the name of its task', () => {
  const nameless = { task: null }
  const steps = [
    conference(20, 'participant.hold', 4, nameless),
    conference(25, 'participant.unhold', 5, nameless),
  ]

  test('is linked by the task’s attributes', () => {
    const linked = event(11, 'task.updated', { ...task, conference: 'CF1' })
    expect(holdsOf([...ann, ...steps, linked]).segments).toEqual({ WR1: 5_000 })
  })

  test('says nothing of any task when nothing links it', () => {
    expect(holdsOf([...ann, ...steps]).segments).toEqual({ WR1: 0 })
  })
})

describe('while two agents have the customer', () => {
  const bob = leg('WR2', 'bob', [30, 50, 140, 150])

  test('a hold is the giver’s until the receiver has accepted, then both’s, and began for one', () => {
    const steps = [conference(20, 'participant.hold', 4), conference(60, 'participant.unhold', 5)]
    expect(holdsOf([...ann, ...bob, ...steps])).toEqual({
      segments: { WR1: 40_000, WR2: 10_000 },
      started: 1,
    })
  })

  test('a hold before the receiver came is none of his', () => {
    const steps = [conference(20, 'participant.hold', 4), conference(25, 'participant.unhold', 5)]
    expect(holdsOf([...ann, ...bob, ...steps]).segments).toEqual({ WR1: 5_000, WR2: 0 })
  })

  test('an offer that was refused has no hold', () => {
    const own = { ...task, reservation: 'WR3', worker: 'cy', queue: 'q' }
    const refused = [event(15, 'reservation.created', own), event(60, 'reservation.timeout', own)]
    const steps = [conference(20, 'participant.hold', 4), conference(25, 'participant.unhold', 5)]
    expect(holdsOf([...ann, ...refused, ...steps]).segments).toEqual({ WR1: 5_000, WR3: 0 })
  })
})

test('a hold shows that a reservation was accepted whose acceptance was lost', () => {
  const steps = [conference(20, 'participant.hold', 4), conference(30, 'participant.unhold', 5)]
  const lost = ann.filter(({ type }) => type !== 'reservation.accepted')
  expect(holdsOf([...lost, ...steps]).segments).toEqual({ WR1: 10_000 })
})

describe('a summary of Voice Insights', () => {
  const summed = { cause: 'conference.participant.summary', sequence: null }
  const told = [
    conference(21, 'participant.hold', 0, summed),
    conference(26, 'participant.unhold', 0, summed),
  ]

  test('tells of holds where no callbacks came', () => {
    expect(holdsOf([...ann, ...told])).toEqual({ segments: { WR1: 5_000 }, started: 1 })
  })

  test('adds nothing to what callbacks have told', () => {
    const steps = [conference(20, 'participant.hold', 4), conference(25, 'participant.unhold', 5)]
    expect(holdsOf([...ann, ...steps, ...told])).toEqual({ segments: { WR1: 5_000 }, started: 1 })
  })
})
