import type { Instant } from '../../schemas/events/instant.ts'
import type { Direction, TransferEvent } from '../../schemas/events/ledger-event.ts'
import { definitionsAt, type Knowledge } from './definitions.ts'
import { continuedTask } from './continued-task.ts'
import { byReservation, isRouting, isTransfer } from './event-kinds.ts'
import { firstOf, firstTold } from './first-of.ts'
import { legOf, type Anomaly, type Leg } from './leg.ts'
import { reportedHolds, type ReportedHold } from './reported-holds.ts'
import type { Timeline } from './timeline.ts'
import { firedBy, taskTimer, timedOut, type Timer } from './timers.ts'
import { visitsOf, type TaskEnd, type Visit } from './visit-walk.ts'

/** All that one task's timeline says, worked out once for the tables that are made of it. */
export interface TaskStory {
  readonly task: string
  readonly workspace: string
  readonly channel: string
  readonly direction: Direction
  /** Empty if unknown. */
  readonly conversation: string
  readonly workflow: string
  readonly created: Instant
  readonly requestedAt: Instant | null
  /** Of the definitions that were in force when the task was created. */
  readonly definitionsVersion: number
  /** The task of the same conversation that this one goes on with: a chat is transferred by a new task (V7, U26). */
  readonly continuesTask: string | null
  readonly visits: readonly Visit[]
  readonly legs: readonly Leg[]
  /** What conferences say of the customer's being on hold. */
  readonly holds: readonly ReportedHold[]
  readonly transfers: readonly TransferEvent[]
  readonly end: TaskEnd | null
  /** What runs, or has run out, while no source ends the task; null: one has. */
  readonly timer: Timer | null
  readonly events: Timeline
  readonly anomalies: readonly Anomaly[]
}

/** The story of a task as it was known of the time before `asOf`; null if nothing had happened by then. */
export function taskStory(
  timeline: Timeline,
  knowledge: Knowledge,
  asOf: Instant,
): TaskStory | null {
  const events = timeline.filter((event) => event.at < asOf)
  // What the hub derives bears the time of its cause, which may be long before anything was heard of the task.
  const first = events.find((event) => isRouting(event) && event.road !== 'hub')
  if (first?.task == null) return null
  const told = endOf(events)
  const timer = told === null ? timerOfTask(events, knowledge) : null
  const fired = timer === null ? undefined : firedBy(timer, events)
  const end = fired === undefined ? told : { at: fired.at, event: fired }
  const holds = reportedHolds(events)
  const legs = legsOf(events, told, holds, knowledge)
  const created = events.find((event) => event.type === 'task.created')
  const channel = firstTold(events, (event) => event.channel) ?? 'unknown'
  const continues = continuedTask(events, created?.at ?? first.at, knowledge)
  return {
    task: first.task,
    workspace: first.workspace,
    channel,
    direction: firstTold(events, (event) => event.direction) ?? 'unknown',
    conversation: firstOf(events, (event) => event.conversation) ?? '',
    workflow: firstOf(events, (event) => event.workflow) ?? '',
    created: created?.at ?? first.at,
    requestedAt: firstOf(events, (event) => event.requestedAt),
    definitionsVersion: definitionsAt(knowledge, created?.at ?? first.at).version,
    continuesTask: continues,
    visits: visitsOf(events, legs, { channel, end, continues: continues !== null }, knowledge),
    legs,
    holds,
    transfers: events.filter(isTransfer),
    end,
    timer,
    events,
    anomalies: [
      ...(created === undefined ? (['missing_begin'] as const) : []),
      ...(fired === undefined ? [] : timedOut),
    ],
  }
}

/** It begins anew with whatever a source tells, so it runs out after those of the task's reservations. */
function timerOfTask(events: Timeline, knowledge: Knowledge): Timer | null {
  const last = events.findLast((event) => isRouting(event) && event.road !== 'hub')
  return last === undefined ? null : taskTimer(last.at, knowledge)
}

/** The legs of a set of events, in order of their offers. */
function legsOf(
  events: Timeline,
  end: TaskEnd | null,
  holds: readonly ReportedHold[],
  knowledge: Knowledge,
): readonly Leg[] {
  const legs: Leg[] = []
  for (const own of byReservation(events).values()) {
    const deletions = own.filter(
      (event) => event.type === 'reservation.force-closed' && event.cause === 'worker.deleted',
    )
    const ends = { task: end?.at ?? null, deletion: deletions[0]?.at ?? null }
    const leg = legOf(own, ends, knowledge, holds)
    if (leg !== null) legs.push(leg)
  }
  return legs.sort((a, b) => a.offered - b.offered || (a.reservation < b.reservation ? -1 : 1))
}

/** Of several ends of a task the earliest counts. */
function endOf(events: Timeline): TaskEnd | null {
  const event = events.find(
    ({ type }) =>
      type === 'task.completed' ||
      type === 'task.canceled' ||
      type === 'task.deleted' ||
      type === 'task.system-deleted',
  )
  return event === undefined ? null : { at: event.at, event }
}
