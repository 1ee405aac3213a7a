import fc from 'fast-check'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from './fold-all.ts'

/** Late in the evening, so that timelines reach over a UTC midnight. */
export const logStart = Date.parse('2026-01-14T20:00:00.000Z')
const spanMs = 8 * 3_600_000
export const logEnd = logStart + spanMs + 3_600_000

const workers = ['ann', 'bob', 'cy', 'dee']
const queues = ['billing', 'tech', 'chat']
const activities = ['Available', 'Break', 'Offline', 'Meeting']
const outcomes = [
  'accepted',
  'accepted',
  'accepted',
  'rejected',
  'timeout',
  'canceled',
  'rescinded',
] as const

type Draft = Record<string, unknown> & { readonly at: number }

/** Moments are often on a border of an interval or equal to each other: that is where mistakes are. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: spanMs }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: spanMs / 900_000 }).map((n) => n * 900_000) },
)

const pause = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 5_000, 20_000, 900_000, 3_600_000) },
)

const leg = fc.record({
  worker: fc.constantFrom(...workers),
  outcome: fc.constantFrom(...outcomes),
  direct: fc.boolean(),
  pauses: fc.array(pause, { minLength: 8, maxLength: 8 }),
  holds: fc.integer({ min: 0, max: 2 }),
  hasWrapup: fc.boolean(),
  then: fc.constantFrom('end', 'end', 'end', 'transfer', 'requeue', 'move'),
  nextQueue: fc.constantFrom(...queues),
})

const task = fc.record({
  start: moment,
  queue: fc.constantFrom(...queues),
  channel: fc.constantFrom('voice', 'chat'),
  direction: fc.constantFrom('inbound', 'outbound', 'callback'),
  firstPause: pause,
  legs: fc.array(leg, { maxLength: 3 }),
  end: fc.constantFrom('completed', 'canceled', 'canceled-system', 'deleted', 'open'),
})

type Task = typeof task extends fc.Arbitrary<infer T> ? T : never

const shift = fc.record({
  worker: fc.constantFrom(...workers),
  changes: fc.array(fc.tuple(moment, fc.constantFrom(...activities)), { maxLength: 8 }),
  deletedAt: fc.option(moment, { freq: 5 }),
})

/** What goes wrong on the way: events lost, clocks askew. */
const damage = fc.record({
  lost: fc.array(fc.nat(), { maxLength: 4 }),
  skewed: fc.array(fc.tuple(fc.nat(), fc.integer({ min: -30_000, max: 30_000 })), { maxLength: 4 }),
})

/** Logs of any sort, also broken ones: lost ends, deleted workers, skewed clocks. */
export const arbitraryLog: fc.Arbitrary<readonly LedgerEvent[]> = fc
  .tuple(fc.array(task, { minLength: 1, maxLength: 6 }), fc.array(shift, { maxLength: 4 }), damage)
  .map(([tasks, shifts, { lost, skewed }]) => {
    const drafts = [...shifts.flatMap(shiftEvents), ...tasks.flatMap(taskEvents)]
    const gone = new Set(lost.map((n) => n % (drafts.length + 1)))
    const skews = new Map(skewed.map(([n, ms]) => [n % (drafts.length + 1), ms]))
    return drafts
      .map((draft, n) => ({ ...draft, id: `EV${n}`, at: draft.at + (skews.get(n) ?? 0) }))
      .filter((_, n) => !gone.has(n))
      .map((draft) => anEvent(draft))
  })

function shiftEvents({
  worker,
  changes,
  deletedAt,
}: {
  worker: string
  changes: [number, string][]
  deletedAt: number | null
}): Draft[] {
  const ordered = [...changes].sort(([a], [b]) => a - b)
  // The first that is known of somebody tells of the time before it, so it matters when one is lost or late.
  const updates = ordered.map(([at, activity], index) => {
    const [since, previous] = ordered[index - 1] ?? [at - 7_200_000, 'Available']
    return {
      ...{ type: 'worker.activity.update', worker, activity, activityName: activity },
      ...{ previousActivity: previous, previousActivityName: previous },
      timeInPreviousActivityMs: at - since,
      at: logStart + at,
    }
  })
  if (deletedAt === null) return updates
  return [...updates, { type: 'worker.deleted', worker, at: logStart + deletedAt }]
}

function taskEvents(
  { start, queue, channel, direction, firstPause, legs, end }: Task,
  index: number,
): Draft[] {
  const base = { task: `T${index}`, channel, direction }
  const events: Draft[] = []
  let at = logStart + start
  let current = queue
  const tell = (type: string, more: Record<string, unknown> = {}) =>
    void events.push({ type, ...base, ...more, at })
  tell('task.created')
  tell('task-queue.entered', { queue })
  at += firstPause
  legs.forEach((one, n) => {
    const own = {
      reservation: `R${index}-${n}`,
      worker: one.worker,
      queue: current,
      direct: one.direct && n > 0 ? true : null,
    }
    const [ring = 0, first = 0, second = 0, third = 0, wrap = 0, after = 0] = one.pauses
    tell('reservation.created', own)
    at += ring
    tell(`reservation.${one.outcome}`, own)
    if (one.outcome !== 'accepted') return
    for (let hold = 0; hold < one.holds; hold++) {
      at += first
      tell('reservation.hold', own)
      at += second
      tell('reservation.unhold', own)
    }
    at += third
    if (one.then === 'transfer') {
      tell('task.transfer-initiated', {
        ...own,
        toQueue: one.nextQueue,
        transfer: `TT${index}-${n}`,
      })
    }
    if (one.hasWrapup) tell('reservation.wrapup', own)
    at += wrap
    tell('reservation.completed', own)
    if (one.then === 'transfer') tell('task.transfer-completed', own)
    if (one.then === 'requeue') tell('task-queue.entered', { queue: current })
    if (one.then === 'move') {
      tell('task-queue.entered', { queue: current })
      at += after
      tell('task-queue.timeout', { queue: current })
      tell('task-queue.entered', { queue: one.nextQueue })
    }
    if (one.then !== 'end') current = one.then === 'requeue' ? current : one.nextQueue
    at += after
  })
  if (end === 'completed') tell('task.completed')
  if (end === 'canceled') tell('task.canceled', { reason: 'hangup' })
  if (end === 'canceled-system') tell('task.canceled', { reason: 'Task TTL Exceeded' })
  if (end === 'deleted') tell('task.deleted')
  return events
}
