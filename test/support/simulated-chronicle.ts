import { z } from 'zod'
import {
  openChronicle,
  type Chronicle,
  type ContactRecord,
  type Disposition,
  type Entry,
  type LegRecord,
  type OpenChronicle,
  type Outcome,
  type TaskRecord,
  type VisitRecord,
} from '../../services/simulator/model/chronicle.ts'

const instant = z.iso.datetime().transform((text) => Date.parse(text))

const eventSchema = z.object({
  id: z.string(),
  ts: instant,
  type: z.string(),
  task: z.string().default(''),
  queue: z.string().default(''),
  reservation: z.string().default(''),
  worker: z.string().default(''),
  activity: z.string().default(''),
  conversation: z.string().default(''),
  author: z.enum(['customer', 'agent', 'bot']).default('bot'),
  channel: z.string().default(''),
  direction: z.string().default(''),
  reason: z.string().default(''),
  to_queue: z.string().optional(),
  entry: z.string().optional(),
  direct: z.boolean().default(false),
  requested_at: instant.nullish().transform((at) => at ?? null),
})

const stretch = { worker: z.string(), start: instant, end: instant }

const valuesSchema = z.record(z.string(), z.union([z.string(), z.number()]))

export const metricFixtureSchema = z.object({
  id: z.string(),
  config: z.object({
    sl_threshold_ms: z.number(),
    short_abandon_ms: z.number(),
    activities: z.record(z.string(), z.enum(['available', 'aux', 'offline'])),
    cancel_reasons: z.record(z.string(), z.enum(['customer', 'diverted', 'system'])),
    queues: z.record(z.string(), z.object({ sl_threshold_ms: z.number().optional() })).default({}),
    adherence: z
      .object({
        grace_ms: z.number(),
        activity_to_code: z.record(z.string(), z.string().nullable()),
        accept: z.record(z.string(), z.array(z.string())),
        productive_codes: z.array(z.string()),
      })
      .optional(),
  }),
  as_of: instant,
  events: z.array(eventSchema),
  schedule: z.array(z.object({ ...stretch, code: z.string(), tracked: z.boolean() })).default([]),
  exceptions: z
    .array(
      z.object({
        ...{ ...stretch, kind: z.enum(['replace', 'exclude', 'excuse']) },
        code: z.string().optional(),
      }),
    )
    .default([]),
  expected: z.record(z.string(), z.unknown()),
})

export const expectedRowsSchema = z.array(valuesSchema)

export type MetricFixture = z.infer<typeof metricFixtureSchema>
type FixtureEvent = MetricFixture['events'][number]

/**
 * What a fixture's events tell happened, written down as the simulator's model would have done it. Only what the fixtures
 * need: this is the test's own reading of their few events, not a fold of any log.
 */
export function chronicleOf(fixture: MetricFixture): Chronicle {
  const chronicle = openChronicle('fixture')
  for (const [name, kind] of Object.entries(fixture.config.activities)) {
    chronicle.activities.set(name, kind)
  }
  const scribe: Scribe = {
    chronicle,
    reasons: fixture.config.cancel_reasons,
    tasks: new Map(),
    legs: new Map(),
    visits: new Map(),
    contacts: new Map(),
  }
  const once = new Map(fixture.events.map((event) => [event.id, event]))
  for (const event of [...once.values()].sort(byTime)) write(scribe, event)
  plan(chronicle, fixture)
  return chronicle
}

/** The plan was read of the whole day around, before anything happened. */
function plan(chronicle: OpenChronicle, { as_of, schedule, exceptions }: MetricFixture): void {
  const dayMs = 86_400_000
  const span = { from: as_of - dayMs, to: as_of + dayMs }
  for (const agent of new Set(schedule.map(({ worker }) => worker))) {
    const segments = schedule
      .filter(({ worker }) => worker === agent)
      .map(({ start: from, end: to, code, tracked: isTracked }) => ({ from, to, code, isTracked }))
    chronicle.readings.push({ kind: 'reading', agent, toldAt: 0, ...span, segments })
  }
  for (const [
    n,
    { worker: agent, start: from, end: to, kind, code = null },
  ] of exceptions.entries())
    chronicle.agreements.push({
      ...{ kind, agent, id: `${n}`, toldAt: 0, from, to, code, withdrawn: false },
    })
}

interface Scribe {
  readonly chronicle: OpenChronicle
  readonly reasons: Readonly<Record<string, string>>
  readonly tasks: Map<string, TaskRecord>
  readonly legs: Map<string, LegRecord>
  /** The last visit of each task. */
  readonly visits: Map<string, VisitRecord>
  readonly contacts: Map<string, ContactRecord>
}

/** Within a millisecond: what ends comes before what begins, and a reservation's steps in the order of its life. */
const order = [
  'worker.activity.update',
  'task.created',
  'conversation.started',
  'task.transfer-initiated',
  'task-queue.timeout',
  'task-queue.moved',
  'task-queue.entered',
  'reservation.created',
  'reservation.accepted',
]

function byTime(one: FixtureEvent, other: FixtureEvent): number {
  const rank = (event: FixtureEvent): number => (order.indexOf(event.type) + 100) % 100
  return one.ts - other.ts || rank(one) - rank(other)
}

const outcomes: Readonly<Record<string, Outcome>> = {
  'reservation.rejected': 'rejected',
  'reservation.timeout': 'timeout',
  'reservation.canceled': 'canceled',
  'reservation.rescinded': 'rescinded',
  'reservation.failed': 'failed',
}

function write(scribe: Scribe, event: FixtureEvent): void {
  const { chronicle, tasks } = scribe
  const { ts, type } = event
  const leg = scribe.legs.get(event.reservation)
  const outcome = outcomes[type]
  if (outcome !== undefined && leg !== undefined) leg.offerEnd = { at: ts, outcome }
  switch (type) {
    case 'worker.activity.update':
    case 'worker.deleted': {
      const open = chronicle.activitySpans.find((one) => one.agent === event.worker && !one.to)
      if (open?.activity === event.activity) return
      if (open !== undefined) open.to = ts
      const { worker: agent, activity } = event
      if (type === 'worker.deleted') chronicle.deletions.set(agent, ts)
      else chronicle.activitySpans.push({ agent, activity, from: ts, to: null })
      return
    }
    case 'task.created': {
      const { channel, direction, requested_at: requestedAt } = event
      const task = {
        sid: event.task,
        channel,
        direction,
        createdAt: ts,
        requestedAt,
        endedAt: null,
        customerHolds: [],
      }
      tasks.set(event.task, task)
      return
    }
    case 'conversation.started':
      converse(scribe, event)
      return
    case 'message.added':
      scribe.contacts.get(event.conversation)?.messages.push({ at: ts, author: event.author })
      return
    case 'conversation.ended': {
      const contact = scribe.contacts.get(event.conversation)
      if (contact !== undefined) contact.endedAt = ts
      return
    }
    case 'task-queue.entered':
      enter(scribe, event, event.queue, event.entry === 'transfer' ? 'transfer' : undefined)
      return
    case 'task-queue.timeout':
      close(scribe, event, 'timeout')
      return
    case 'task-queue.moved':
      close(scribe, event, 'moved')
      return
    case 'reservation.created':
      offer(scribe, event)
      return
    case 'reservation.accepted': {
      // A clock that was behind: nobody accepts before he is asked.
      const asked = leg ?? offer(scribe, event)
      asked.offerEnd = { at: Math.max(ts, asked.offeredAt), outcome: 'accepted' }
      if (!event.direct) close(scribe, { ...event, ts: asked.offerEnd.at }, 'answered', asked)
      return
    }
    case 'reservation.hold':
      if (leg !== undefined) leg.holds = [...leg.holds, { from: ts, to: null }]
      return
    case 'reservation.unhold': {
      if (leg === undefined) return
      leg.holds = leg.holds.map((hold) => (hold.to === null ? { from: hold.from, to: ts } : hold))
      return
    }
    case 'reservation.wrapup':
      if (leg !== undefined) leg.wrapupAt = ts
      return
    case 'reservation.completed':
      if (leg !== undefined) leg.completedAt = ts
      return
    case 'task.transfer-initiated':
      if (leg !== undefined) chronicle.transfers.push({ leg, at: ts, kind: 'initiated' })
      if (event.to_queue !== undefined) enter(scribe, event, event.to_queue, 'transfer')
      return
    case 'task.transfer-completed':
      if (leg !== undefined) chronicle.transfers.push({ leg, at: ts, kind: 'completed' })
      return
    case 'task.transfer-canceled':
    case 'task.transfer-failed':
      if (leg !== undefined) chronicle.transfers.push({ leg, at: ts, kind: 'failed' })
      return
    case 'task.canceled':
    case 'task.completed':
    case 'task.deleted':
      close(scribe, event, type === 'task.canceled' ? reasonOf(scribe, event) : 'canceled')
      taskOf(scribe, event).endedAt ??= ts
  }
}

const dispositions: Readonly<Record<string, Disposition>> = {
  diverted: 'diverted',
  system: 'canceled',
}

function reasonOf(scribe: Scribe, event: FixtureEvent): Disposition {
  return dispositions[scribe.reasons[event.reason] ?? ''] ?? 'abandoned'
}

function offer(scribe: Scribe, event: FixtureEvent): LegRecord {
  // Its acceptance may have been stamped a little earlier than itself.
  const known = scribe.legs.get(event.reservation)
  if (known !== undefined) scribe.chronicle.legs.splice(scribe.chronicle.legs.indexOf(known), 1)
  const leg: LegRecord = {
    reservation: event.reservation,
    task: taskOf(scribe, event),
    agent: event.worker,
    queue: event.queue,
    offeredAt: event.ts,
    offerEnd: known === undefined ? null : { at: event.ts, outcome: 'accepted' },
    wrapupAt: null,
    completedAt: null,
    holds: [],
  }
  const visit = scribe.visits.get(event.task)
  if (known !== undefined && visit?.exit?.leg === known) {
    visit.exit = { at: event.ts, disposition: 'answered', leg }
  }
  scribe.chronicle.legs.push(leg)
  scribe.legs.set(event.reservation, leg)
  return leg
}

/** In the fixtures a conversation names its queue itself; here it is that of a task's visit. */
function converse({ chronicle, contacts }: Scribe, event: FixtureEvent): void {
  const { ts, conversation, channel, queue } = event
  const direction = 'inbound'
  const ends = { requestedAt: null, endedAt: null, customerHolds: [] }
  const task: TaskRecord = { sid: conversation, channel, direction, createdAt: ts, ...ends }
  const contact: ContactRecord = {
    kind: 'conversation',
    sid: conversation,
    ...{ channel, customer: 1, startedAt: ts, endedAt: null, tasks: [task], messages: [] },
  }
  contacts.set(conversation, contact)
  chronicle.contacts.push(contact)
  const entry: Entry = 'new'
  chronicle.visits.push({ task, queue, entry, enteredAt: ts, exit: null, seams: [] })
}

function enter(scribe: Scribe, event: FixtureEvent, queue: string, entry?: Entry): void {
  const last = scribe.visits.get(event.task)
  if (last !== undefined && last.queue === queue) {
    if (last.exit === null) return
    if (last.exit.disposition === 'timeout' && event.ts - last.exit.at <= 1000) {
      last.seams = [...last.seams, { closedAt: last.exit.at, reopenedAt: event.ts }]
      last.exit = null
      return
    }
  }
  close(scribe, event, 'moved')
  const hasMoved = last?.exit?.disposition === 'timeout' || last?.exit?.disposition === 'moved'
  const visit: VisitRecord = {
    task: taskOf(scribe, event),
    queue,
    entry: entry ?? (last === undefined ? 'new' : hasMoved ? 'moved' : 'requeued'),
    enteredAt: event.ts,
    exit: null,
    seams: [],
  }
  scribe.visits.set(event.task, visit)
  scribe.chronicle.visits.push(visit)
}

function close(
  scribe: Scribe,
  event: FixtureEvent,
  disposition: Disposition,
  leg: LegRecord | null = null,
): void {
  const visit = scribe.visits.get(event.task)
  if (visit?.exit === null) visit.exit = { at: event.ts, disposition, leg }
}

function taskOf(scribe: Scribe, event: FixtureEvent): TaskRecord {
  const task = scribe.tasks.get(event.task)
  if (task === undefined) throw new Error(`no task ${event.task}`)
  return task
}
