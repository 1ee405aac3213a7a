import { expect, test } from 'vitest'
import { queueStatisticsSchema } from '../../../../schemas/inbound/twilio-statistics.ts'
import { comparedCounts } from '../../../../services/repair/audit/compared.ts'
import {
  compare,
  type ListedEvent,
  type Seen,
  type ToldEvent,
} from '../../../../services/repair/audit/comparison.ts'
import { readFixture } from '../../ingest/fixtures.ts'

const from = Date.parse('2026-03-10T14:00:00Z')
const to = from + 3_600_000
const middle = from + 1_800_000

const recorded = queueStatisticsSchema.parse(
  JSON.parse(readFixture('rest/taskqueue_cumulative_statistics.json').toString('utf8')),
)
const zeros = {
  ...recorded,
  ...Object.fromEntries(comparedCounts.map(({ field }) => [field, 0])),
  wait_duration_in_queue_until_accepted: null,
  wait_duration_until_accepted: null,
  wait_duration_until_canceled: null,
}

interface Case {
  readonly theirs?: Partial<Seen['theirs']>
  readonly ours?: Partial<Seen['ours']>
  readonly told?: readonly Partial<ToldEvent>[]
  readonly listed?: readonly Partial<ListedEvent>[] | null
  readonly gaps?: Seen['gaps']
  readonly lateBefore?: number
}

/** By default an hour long ago in which nothing happened, and of which everything was read. */
function seen({ theirs, ours, told = [], listed = [], gaps = [], lateBefore = to }: Case): Seen {
  return {
    piece: { from, to },
    theirs: { ...zeros, ...theirs },
    askedAt: to + 3_600_000,
    ours: { ...noColumns, ...ours },
    told: told.map((event) => ({ ...entered, ...event })),
    listed: listed?.map((event) => ({ ...entered, isKnown: true, ...event })) ?? null,
    gaps,
    lateBefore,
  }
}

const noColumns: Seen['ours'] = {
  offers_created_count: 0,
  offers_accepted_count: 0,
  offers_rejected_count: 0,
  offers_timed_out_count: 0,
  offers_canceled_count: 0,
  offers_rescinded_count: 0,
  offered_count: 0,
  flowed_out_moved_count: 0,
  flowed_out_diverted_count: 0,
  flowed_out_canceled_count: 0,
  abandoned_count: 0,
  wait_answered_ms: 0,
  wait_abandoned_ms: 0,
}
const entered = {
  ...{ id: 'EV1', type: 'task-queue.entered', at: middle, receivedAt: middle + 1_000 },
  ...{ isDirect: false, sinceCreationMs: 0 },
}

function verdictOn(field: string, given: Case) {
  return compare(seen(given)).find((each) => each.field === field)?.verdict
}

test('what neither side has is equal, and what is null there is not compared', () => {
  const compared = compare(seen({ theirs: { tasks_moved: null } }))
  expect(compared).toHaveLength(comparedCounts.length - 1)
  expect(compared.every(({ verdict }) => verdict.class === 'equal')).toBe(true)
})

test('the same events counted in another way differ by the definition that says so', () => {
  for (const [ours, told] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const given = {
      theirs: { tasks_entered: told },
      ours: { offered_count: ours },
      told: Array.from({ length: told }, (_, index) => ({ id: `EV${index}` })),
    }
    expect(verdictOn('tasks_entered', given)).toMatchObject({
      class: 'by definition',
      definition: aText('stays'),
    })
  }
})

test('a definition explains only the direction in which it works', () => {
  const twice = [
    { id: 'EV1', type: 'reservation.created' },
    { id: 'EV2', type: 'reservation.created' },
  ]
  const more = { theirs: { reservations_created: 2 }, ours: { offers_created_count: 3 } }
  const less = { theirs: { reservations_created: 2 }, ours: { offers_created_count: 1 } }
  expect(verdictOn('reservations_created', { ...more, told: twice })).toMatchObject({
    class: 'by definition',
  })
  expect(verdictOn('reservations_created', { ...less, told: twice })).toMatchObject({
    class: 'unexplained',
    why: "the ledger's 2 events do not make our number",
  })
})

const oneLacks = {
  theirs: { tasks_entered: 1 },
  listed: [{ id: 'EV7', isKnown: false }],
} satisfies Case

test('an event that their list has and the ledger lacks is missing, late, or in a gap by when it happened', () => {
  const of = (given: Case) => verdictOn('tasks_entered', { ...oneLacks, ...given })
  expect(of({})).toMatchObject({ class: 'missing here', events: ['EV7'] })
  expect(of({ lateBefore: middle })).toMatchObject({ class: 'late event', events: ['EV7'] })
  expect(of({ lateBefore: middle + 1 })).toMatchObject({ class: 'missing here' })
  expect(of({ gaps: [{ from: middle, to: null }] })).toMatchObject({ class: 'open gap' })
  expect(of({ gaps: [{ from, to: middle }] })).toMatchObject({ class: 'missing here' })
  // One of two in a gap: the gap does not explain the other.
  const two = {
    theirs: { tasks_entered: 2 },
    listed: [
      { id: 'EV7', isKnown: false },
      { id: 'EV8', isKnown: false, at: middle + 60_000 },
    ],
    gaps: [{ from: middle, to: middle + 1 }],
  }
  expect(of(two)).toMatchObject({ class: 'missing here', events: ['EV7', 'EV8'] })
})

test('a gap explains what nobody lists only where it covers the whole time', () => {
  const of = (given: Case) => verdictOn('tasks_entered', { ...oneLacks, listed: [], ...given })
  const halves = [
    { from: from - 1, to: middle },
    { from: middle, to },
  ]
  expect(of({ gaps: halves })).toMatchObject({ class: 'open gap' })
  expect(of({ gaps: halves.slice(1) })).toMatchObject({ class: 'unexplained' })
})

test('nothing is explained by a list that was not read', () => {
  const unread = { ...oneLacks, listed: null, gaps: [{ from, to }] }
  expect(verdictOn('tasks_entered', unread)).toMatchObject({ class: 'unexplained' })
  const surplus = { told: [{ at: from }], ours: { offered_count: 1 }, listed: null }
  expect(verdictOn('tasks_entered', surplus)).toMatchObject({ class: 'unexplained' })
})

test('more missing there than the list lacks is unexplained, and so is less', () => {
  const listed = [{ id: 'EV7', isKnown: false }]
  for (const count of [2, 3]) {
    const given = { theirs: { tasks_entered: count }, listed }
    expect(verdictOn('tasks_entered', given)).toMatchObject({
      class: 'unexplained',
      why: `they count ${count} more than the ledger, their list 1`,
    })
  }
})

test('what stands within a second of an edge may be counted on either side of it, and nothing else may', () => {
  const inside = (at: number) => ({ told: [{ at }], ours: { offered_count: 1 }, listed: [{ at }] })
  for (const at of [from, from + 999, to - 1_000, to - 1]) {
    expect(verdictOn('tasks_entered', inside(at))).toMatchObject({ class: 'border' })
  }
  expect(verdictOn('tasks_entered', inside(from + 1_000))).not.toMatchObject({ class: 'border' })
  const outside = (at: number) => ({ told: [{ at }], theirs: { tasks_entered: 1 } })
  for (const at of [from - 1_000, from - 1, to, to + 999]) {
    expect(verdictOn('tasks_entered', outside(at))).toMatchObject({ class: 'border' })
  }
  expect(verdictOn('tasks_entered', outside(to + 1_000))).toMatchObject({ class: 'unexplained' })
})

test('what the ledger has more than they is missing there, whether their list has it or not', () => {
  const given = { told: [{}], ours: { offered_count: 1 } }
  expect(verdictOn('tasks_entered', given)).toMatchObject({
    class: 'missing there',
    why: "TaskRouter's list lacks what the ledger has",
  })
  expect(verdictOn('tasks_entered', { ...given, listed: [{}] })).toMatchObject({
    class: 'missing there',
    why: "TaskRouter's own list has what its statistics do not count",
  })
  const halfListed = {
    told: [{}, { id: 'EV2' }, { id: 'EV3' }],
    ...{ ours: { offered_count: 3 }, theirs: { tasks_entered: 1 }, listed: [{}, { id: 'EV2' }] },
  }
  expect(verdictOn('tasks_entered', halfListed)).toMatchObject({ class: 'unexplained' })
})

test('an event that came after they were asked explains that we have one more', () => {
  const receivedAt = to + 3_600_000
  const given = { ours: { offered_count: 1 }, told: [{ receivedAt }], listed: null }
  expect(verdictOn('tasks_entered', given)).toMatchObject({ class: 'late event', events: ['EV1'] })
  const before = { ...given, told: [{ receivedAt: receivedAt - 1 }] }
  expect(verdictOn('tasks_entered', before)).toMatchObject({ class: 'unexplained' })
})

const accepted = { type: 'reservation.accepted', id: 'EV5' }
const oneAnswer = {
  theirs: { reservations_accepted: 1 },
  ours: { offers_accepted_count: 1, wait_answered_ms: 19_754 },
  told: [{ ...accepted, sinceCreationMs: 215_000 }],
} satisfies Case

test('a wait differs by whole seconds or by where it begins; what neither makes is unexplained', () => {
  const waited = (total: number) => ({ ...oneAnswer.theirs, ...waits('in_queue_', total) })
  const since = (total: number) => ({ ...oneAnswer.theirs, ...waits('', total) })
  const inQueue = 'wait_duration_in_queue_until_accepted'
  for (const total of [19, 20]) {
    expect(verdictOn(inQueue, { ...oneAnswer, theirs: waited(total) })).toMatchObject({
      definition: 'they count a wait in whole seconds',
    })
  }
  for (const total of [18, 21, 215]) {
    expect(verdictOn(inQueue, { ...oneAnswer, theirs: waited(total) })).toMatchObject({
      class: 'unexplained',
    })
  }
  const untilAccepted = 'wait_duration_until_accepted'
  expect(verdictOn(untilAccepted, { ...oneAnswer, theirs: since(215) })).toMatchObject({
    definition: aText('from the creation of the task'),
  })
  expect(verdictOn(untilAccepted, { ...oneAnswer, theirs: since(217) })).toMatchObject({
    class: 'unexplained',
  })
  const unknown = [{ ...accepted, sinceCreationMs: null }]
  expect(
    verdictOn(untilAccepted, { ...oneAnswer, theirs: since(215), told: unknown }),
  ).toMatchObject({ class: 'unexplained' })
})

test('work given to one agent by name waits there and not here', () => {
  const theirs = { ...oneAnswer.theirs, ...waits('in_queue_', 100) }
  const direct = [{ ...accepted, isDirect: true, sinceCreationMs: 215_000 }]
  const field = 'wait_duration_in_queue_until_accepted'
  expect(verdictOn(field, { ...oneAnswer, theirs, told: direct })).toMatchObject({
    definition: aText('one agent by name'),
  })
  expect(verdictOn(field, { ...oneAnswer, theirs })).toMatchObject({ class: 'unexplained' })
})

test('a wait of work that was counted otherwise differs for the same reason', () => {
  const given = {
    theirs: { reservations_accepted: 1, ...waits('in_queue_', 19) },
    listed: [{ ...accepted, isKnown: false }],
  }
  for (const field of ['reservations_accepted', 'wait_duration_in_queue_until_accepted']) {
    expect(verdictOn(field, given)).toMatchObject({ class: 'missing here', events: ['EV5'] })
  }
})

function aText(part: string): unknown {
  return expect.stringContaining(part)
}

function waits(kind: '' | 'in_queue_', total: number): Partial<Seen['theirs']> {
  const name =
    kind === '' ? 'wait_duration_until_accepted' : 'wait_duration_in_queue_until_accepted'
  return { [name]: { total } }
}
