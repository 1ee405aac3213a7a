import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { taskKind, workerKind, type LiveKind } from '../../../services/live/live-kinds.ts'
import {
  createLiveShard,
  type Arrived,
  type LiveShard,
  type ShardMemory,
} from '../../../services/live/live-shard.ts'
import { placementsOf, type Topic } from '../../../services/log/topics.ts'
import { arbitraryLog } from '../../support/arbitrary-log.ts'
import {
  activities,
  ann,
  available,
  billing,
  ends,
  enters,
  goes,
  happens,
  offline,
  onBreak,
  start,
  step,
  ticks,
} from './contact-centre.ts'

const tasks = { topic: 'ledgerline.tasks', partition: 0 } as const
const workers = { topic: 'ledgerline.workers', partition: 0 } as const

/** The copies of these events that stand in a topic, as one shard of it gets them. */
function arrivalsIn(topic: Topic, events: readonly LedgerEvent[]): readonly Arrived[] {
  return events.flatMap((event) =>
    placementsOf(event)
      .filter((placement) => placement.topic === topic)
      .map(({ key }) => ({ entity: key, event })),
  )
}

/** What a shard shows, by entity. */
function viewsOf<View>(shard: LiveShard<View>): Record<string, View> {
  const views: Record<string, View> = {}
  shard.refresh((entity, view) => {
    if (view === null) Reflect.deleteProperty(views, entity)
    else views[entity] = view
  })
  return views
}

function shownAfter<View>(
  shard: typeof tasks | typeof workers,
  kind: LiveKind<View>,
  arrivals: readonly Arrived[],
  then: (shard: LiveShard<View>) => void = () => undefined,
): Record<string, View> {
  const live = createLiveShard(shard, kind)
  const views: Record<string, View> = {}
  const read = () =>
    live.refresh((entity, view) => {
      if (view === null) Reflect.deleteProperty(views, entity)
      else views[entity] = view
    })
  for (const arrival of arrivals) {
    live.take([arrival])
    then(live)
    read()
  }
  return views
}

describe('neither order nor repetition nor forgetting changes what is shown', () => {
  test.each([
    ['tasks', tasks, taskKind],
    ['workers', workers, workerKind],
  ] as const)('%s in any order, twice', (_name, shard, kind) => {
    fc.assert(
      fc.property(
        arbitraryLog.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          ),
        ),
        ([events, shuffled]) => {
          const show = (order: readonly LedgerEvent[]) =>
            shownAfter<unknown>(shard, kind, arrivalsIn(shard.topic, order))
          expect(show(shuffled)).toEqual(show(events))
        },
      ),
      { numRuns: 60 },
    )
  })

  test.each([
    ['tasks', tasks, taskKind],
    ['workers', workers, workerKind],
  ] as const)(
    '%s forgotten behind a window that moves, events up to 50 minutes late',
    (_name, shard, kind) => {
      const lateness = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 * 60_000 }))
      fc.assert(
        fc.property(arbitraryLog, fc.infiniteStream(lateness), (events, late) => {
          const received = events
            .map((event) => ({ ...event, receivedAt: event.at + Number(late.next().value) }))
            .sort((a, b) => a.receivedAt - b.receivedAt)
          const arrivals = arrivalsIn(shard.topic, received)
          const forgotten = shownAfter<unknown>(shard, kind, arrivals, (live) => live.sweep(1000))
          expect(forgotten).toEqual(shownAfter<unknown>(shard, kind, arrivals))
        }),
        { numRuns: 100 },
      )
    },
  )
})

test('a shard goes on from its memory as if it had never stopped', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.nat(), (events, chance) => {
      const arrivals = arrivalsIn('ledgerline.workers', events)
      const at = chance % (arrivals.length + 1)
      const first = createLiveShard(workers, workerKind)
      first.take(arrivals.slice(0, at))
      const memory: ShardMemory = structuredClone(first.memory())
      const second = createLiveShard(workers, workerKind, memory)
      second.take(arrivals.slice(at))
      first.take(arrivals.slice(at))
      expect(viewsOf(second)).toEqual(viewsOf(first))
    }),
    { numRuns: 100 },
  )
})

const call = { task: 'T1', worker: ann, queue: billing }
const hour = 3_600

/** Shards that have gone through these events, looking away from the past whenever they may. */
function afterSweeping(events: readonly LedgerEvent[]) {
  const shown = (shard: typeof tasks | typeof workers, kind: LiveKind<unknown>) =>
    shownAfter<unknown>(shard, kind, arrivalsIn(shard.topic, events), (live) => live.sweep(1000))
  return { tasks: shown(tasks, taskKind), agents: shown(workers, workerKind) }
}

test('a late event does not bring a task back that is over', () => {
  const late = start + 2 * hour * 1000
  const again = enters('T1', billing, 1).map((event) => ({
    ...event,
    id: `again:${event.id}`,
    receivedAt: late,
  }))
  const { tasks: shown, agents } = afterSweeping([
    ...activities(),
    goes(ann, available, 0),
    ...enters('T1', billing, 1),
    step('created', call, 2),
    step('accepted', call, 10),
    step('completed', call, 100),
    ends('T1', 100),
    ticks(2 * hour),
    { ...step('wrapup', call, 90), receivedAt: late },
    ...again,
  ])
  expect(shown).toEqual({})
  expect(agents).toMatchObject({ 'WK-ann': { state: { state: 'idle' }, legs: [] } })
})

test('an activity that was told hours late counts if nothing newer is known, and else does not', () => {
  const heard = (late: LedgerEvent) =>
    afterSweeping([
      ...activities(),
      goes(ann, available, 0),
      goes(ann, onBreak, hour),
      goes(ann, onBreak, hour + 60),
      ticks(4 * hour),
      { ...late, receivedAt: start + 4 * hour * 1000 },
    ]).agents
  const overtaken = heard(goes(ann, offline, hour + 30))
  expect(overtaken).toMatchObject({ 'WK-ann': { activity: { name: 'Break' } } })
  const newest = heard(goes(ann, offline, 2 * hour))
  expect(newest).toMatchObject({
    'WK-ann': {
      activity: { name: 'Offline', since: start + 2 * hour * 1000 },
      state: { state: 'offline' },
    },
  })
})

test('a call of many hours is in hand until it ends', () => {
  const before = [
    ...activities(),
    goes(ann, available, 0),
    ...enters('T1', billing, 1),
    step('created', call, 2),
    step('accepted', call, 10),
    ticks(5 * hour),
  ]
  const during = afterSweeping(before)
  expect(during.agents).toMatchObject({
    'WK-ann': {
      state: { state: 'talk', since: start + 10_000 },
      legs: [{ phase: 'talk', since: start + 10_000 }],
    },
  })
  expect(during.tasks).toMatchObject({ T1: { status: 'handling', agent: 'WK-ann' } })
  const after = afterSweeping([
    ...before,
    step('completed', call, 5 * hour + 1),
    ends('T1', 5 * hour + 1),
  ])
  expect(after.agents).toMatchObject({ 'WK-ann': { state: { state: 'idle' }, legs: [] } })
  expect(after.tasks).toEqual({})
})

test('an agent of whom nothing but a call is known has no state, and goes with it', () => {
  const ringing = [...enters('T1', billing, 1), step('created', call, 2)]
  expect(afterSweeping(ringing).agents).toMatchObject({
    'WK-ann': { activity: null, state: null, legs: [{ phase: 'ringing' }] },
  })
  const over = [...ringing, step('timeout', call, 20), ticks(3 * hour)]
  expect(afterSweeping(over).agents).toEqual({})
})

test('what is told late of the activity that he was in all along is joined with work that is forgotten', () => {
  const told = (activity: typeof onBreak) => ({
    ...happens('worker.activity.update', 2 * hour, { ...ann, ...activity }),
    previousActivity: activity.activity,
    previousActivityName: activity.activityName,
    timeInPreviousActivityMs: 3 * hour * 1000,
    receivedAt: start + 3 * hour * 1000,
  })
  const after = (activity: typeof onBreak) =>
    afterSweeping([
      ...activities(),
      ...enters('T1', billing, 1),
      step('created', call, 2),
      step('accepted', call, 10),
      step('completed', call, 100),
      ends('T1', 100),
      ticks(3 * hour),
      told(activity),
    ]).agents
  const since = start + 100_000
  expect(after(available)).toMatchObject({ 'WK-ann': { state: { state: 'idle', since } } })
  expect(after(onBreak)).toMatchObject({ 'WK-ann': { state: { state: 'aux', since } } })
  expect(after(offline)).toMatchObject({ 'WK-ann': { state: { state: 'offline', since } } })
})

test('a deleted worker is gone, whatever rang at him', () => {
  const deleted = [
    ...activities(),
    goes(ann, available, 0),
    ...enters('T1', billing, 1),
    step('created', call, 2),
    happens('worker.deleted', 30, ann),
  ]
  expect(afterSweeping(deleted).agents).toEqual({})
  expect(afterSweeping([...deleted, ticks(3 * hour)]).agents).toEqual({})
})

test('an offer whose end a clock askew has put before it is over, wherever the window begins', () => {
  const events = [
    ...activities(),
    goes(ann, available, 0),
    ...enters('T1', billing, hour - 60),
    step('timeout', call, hour - 10),
    step('created', call, hour),
  ]
  for (let minutes = 0; minutes < 150; minutes += 15) {
    const { agents } = afterSweeping([...events, ticks(hour + minutes * 60)])
    expect(agents).toMatchObject({ 'WK-ann': { state: { state: 'idle' }, legs: [] } })
  }
})
