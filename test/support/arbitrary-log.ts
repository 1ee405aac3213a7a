import fc from 'fast-check'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { arbitraryPlans } from './arbitrary-plan.ts'
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

/** What a conference says of its customer, by seconds after the task began. */
const conferenceStep = fc.record({
  second: fc.integer({ min: 0, max: 1_200 }),
  type: fc.constantFrom('hold', 'hold', 'unhold', 'unhold', 'join', 'leave'),
  label: fc.constantFrom('customer', 'customer', 'worker', null),
})

const conference = fc.record({
  /** By the name of the conference, or else by the task's attributes. */
  isNamed: fc.boolean(),
  steps: fc.array(conferenceStep, { maxLength: 6 }),
  ends: fc.boolean(),
  isSummed: fc.boolean(),
})

const word = fc.record({
  second: fc.integer({ min: 0, max: 3_000 }),
  by: fc.constantFrom('customer', 'worker', 'stranger', 'bot'),
})

/** Several tasks may be about one of a few conversations. */
const conversation = fc.record({
  number: fc.integer({ min: 0, max: 2 }),
  words: fc.array(word, { maxLength: 8 }),
  ends: fc.boolean(),
})

const customer = fc.uniqueArray(
  fc.constantFrom(
    'user:1',
    'user:2',
    'phone:+15550001',
    'phone:+15550002',
    'email:a@x.org',
    'anonymous:z',
  ),
  { maxLength: 3 },
)

const task = fc.record({
  start: moment,
  conference: fc.option(conference),
  conversation: fc.option(conversation),
  customer,
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
  .tuple(
    fc.array(task, { minLength: 1, maxLength: 6 }),
    fc.array(shift, { maxLength: 4 }),
    arbitraryPlans(workers, logStart),
    damage,
  )
  .map(([tasks, shifts, plans, { lost, skewed }]) => {
    const drafts = [gap, ...shifts.flatMap(shiftEvents), ...tasks.flatMap(taskEvents)]
    const gone = new Set(lost.map((n) => n % (drafts.length + 1)))
    const skews = new Map(skewed.map(([n, ms]) => [n % (drafts.length + 1), ms]))
    const told = drafts
      .map((draft, n) => ({ ...draft, id: `EV${n}`, at: draft.at + (skews.get(n) ?? 0) }))
      .filter((_, n) => !gone.has(n))
      .map((draft) => anEvent(draft))
    return [...told, ...plans]
  })

/** Logs of which nothing is lost or askew, and nothing tells of the time before it happened. */
export const cleanLog: fc.Arbitrary<readonly LedgerEvent[]> = fc
  .tuple(fc.array(task, { minLength: 1, maxLength: 6 }), fc.array(shift, { maxLength: 4 }))
  .map(([tasks, shifts]) =>
    [...shifts.flatMap(shiftEvents), ...tasks.flatMap(taskEvents)]
      .filter(({ cause }) => cause !== 'conference.participant.summary')
      .map((draft, n) => anEvent({ ...draft, timeInPreviousActivityMs: null, id: `EV${n}` })),
  )

/** The same log, of which some events do not say by which channel or in which direction: not every source does. */
export function withSilences(log: readonly LedgerEvent[]): fc.Arbitrary<readonly LedgerEvent[]> {
  const silence = fc.constantFrom({}, {}, { channel: null }, { direction: null })
  return fc
    .array(silence, { minLength: log.length, maxLength: log.length })
    .map((silences) => log.map((event, n): LedgerEvent => ({ ...event, ...silences[n] })))
}

/** Any instant from the log's start on, and as often one soon after something of it happened. */
export function instantIn(events: readonly LedgerEvent[], until: number): fc.Arbitrary<number> {
  const any = fc.integer({ min: logStart, max: until })
  if (events.length === 0) return any
  const soon = fc
    .tuple(fc.constantFrom(...events), fc.oneof(fc.constantFrom(1, 60_000), fc.nat(120_000)))
    .map(([{ at }, afterMs]) => at + afterMs)
  return fc.oneof(any, soon)
}

const gap: Draft = {
  ...{ type: 'source.gap', source: 'twilio-voice', status: 'open', reason: 'silence' },
  ...{ gapFrom: logStart, gapTo: logStart + 600_000, at: logStart + 600_000 },
}

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
  { start, queue, channel, direction, firstPause, legs, end, ...task }: Task,
  index: number,
): Draft[] {
  const { conference, conversation, customer } = task
  const talk = conversation === null ? null : `CH${conversation.number}`
  const base = {
    ...{ task: `T${index}`, channel, direction, conversation: talk, subjects: customer },
    ...(conference === null ? {} : { customerCall: `CA${index}` }),
  }
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
      workerName: one.worker,
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
  if (conference !== null) events.push(...conferenceEvents(conference, `${index}`, base, start))
  if (conversation !== null) events.push(...conversationEvents(conversation, index, start))
  if (end === 'completed') tell('task.completed')
  if (end === 'canceled') tell('task.canceled', { reason: 'hangup' })
  if (end === 'canceled-system') tell('task.canceled', { reason: 'Task TTL Exceeded' })
  if (end === 'deleted') tell('task.deleted')
  return events
}

function conferenceEvents(
  { isNamed, steps, ends, isSummed }: NonNullable<Task['conference']>,
  id: string,
  base: Record<string, unknown>,
  start: number,
): Draft[] {
  const second = (at: number) => at - (at % 1000)
  const own = { conference: `CF${id}`, task: isNamed ? base['task'] : null }
  const drafts: Draft[] = steps.map(({ second: after, type, label }, sequence) => ({
    ...own,
    ...{ type: `conference.participant.${type}`, label, sequence },
    call: label === 'worker' ? `CA${id}w` : `CA${id}`,
    at: second(logStart + start) + after * 1000,
  }))
  const last = drafts.at(-1)?.at ?? logStart + start
  if (ends) drafts.push({ ...own, type: 'conference.end', sequence: steps.length, at: last })
  if (isSummed) {
    for (const draft of drafts.filter(({ label }) => label === 'customer')) {
      drafts.push({
        ...draft,
        at: draft.at + 300,
        task: null,
        cause: 'conference.participant.summary',
      })
    }
  }
  const call = {
    ...{ type: 'call.completed', call: `CA${id}`, status: 'completed', direction: 'inbound' },
    ...{ durationMs: 60_000, at: last, subjects: base['subjects'] },
  }
  const flow = { execution: `FN${id}`, flow: 'FW1', call: `CA${id}`, at: logStart + start }
  drafts.push(
    call,
    { ...flow, type: 'studio.execution.started' },
    { ...flow, type: 'studio.step.ended', step: 'menu', nextStep: 'send_to_flex' },
  )
  const linked = { ...base, type: 'task.updated', conference: `CF${id}`, at: logStart + start + 10 }
  return [...drafts, linked]
}

function conversationEvents(
  { number, words, ends }: NonNullable<Task['conversation']>,
  index: number,
  start: number,
): Draft[] {
  const own = { conversation: `CH${number}`, channel: 'chat' }
  const names = { customer: null, worker: 'ann', stranger: 'zoe', bot: null }
  const drafts: Draft[] = words.map(({ second, by }, n) => ({
    ...own,
    ...{ type: 'message.added', message: `IM${index}-${n}`, sequence: n, identity: names[by] },
    participant: by === 'bot' ? null : `MB${by}`,
    author: by === 'bot' ? 'bot' : null,
    address: by === 'customer' ? '+15550001' : null,
    at: logStart + start + second * 1000,
  }))
  const at = logStart + start
  const begun = { ...own, type: 'conversation.started', at }
  return [
    begun,
    ...drafts,
    ...(ends ? [{ ...own, type: 'conversation.ended', at: at + 3_600_000 }] : []),
  ]
}
