import type { CarriedSpans } from '../../connectors/mapping/mapped-spans.ts'
import type { ActivityClass } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type {
  LedgerEvent,
  ScheduleEvent,
  TransferEvent,
} from '../../schemas/events/ledger-event.ts'
import { activityClass, type Activity, type Knowledge } from './definitions.ts'
import { legOf, type Anomaly, type Leg } from './leg.ts'
import type { CarriedAdherence } from './adherence-spans.ts'
import { isOfPlan } from './agent-plan.ts'
import { joined, receiptOf, type Receipt } from './receipt.ts'
import { byReservation, isTransfer } from './event-kinds.ts'
import type { Timeline } from './timeline.ts'

export type AgentState =
  'talk' | 'hold' | 'acw' | 'alert' | 'idle' | 'aux' | 'offline' | 'work_offline'

/** An activity, and since when. */
export interface ActivitySince extends Activity {
  readonly from: Instant
  /** Its number among those that began at the same instant, from 0: all but the last of them have length 0. */
  readonly place: number
  /** When the hub had the event that began it. */
  readonly begun: Receipt | null
}

/** A stretch in one activity; null: he is still in it. */
export interface ActivitySpan extends ActivitySince {
  readonly class: ActivityClass
  readonly to: Instant | null
  /** The first that is known of a worker may be known from what a later event says of the time before it (U10): when that was. */
  readonly toldAt: Instant | null
  /** Of the event that began it and of the one that ended it. */
  readonly receipt: Receipt | null
}

/** A state, and since when. */
export interface StateSince {
  readonly state: AgentState
  readonly from: Instant
  /** Of the worker's events in the stretch up to the border. */
  readonly receipt: Receipt | null
  /** Of work in the stretch that ended before the border, sorted. */
  readonly anomalies: readonly Anomaly[]
}

/** What an agent may have been while his activity is not known. */
export type Presumed = 'available' | 'offline'

/**
 * What is known at the beginning of a window into a worker's timeline, which never ends: enough to go on as if the whole
 * of it were there. Law: chaptered = whole.
 */
export interface Carry {
  readonly workspace: string
  /** The activity that the border lies in, and since when. */
  readonly activity: ActivitySince | null
  /** The state that the border lies in, and since when. */
  readonly state: StateSince | null
  /**
   * The same as it will turn out to have been, should the first that is heard of the agent's activity tell that he had been
   * signed in, or signed out, all the while (U10); null where the activity is known.
   */
  readonly unknown: Readonly<Record<Presumed, StateSince>> | null
  /** Reservations that reach over the border: all their events belong to the window. */
  readonly reservations: readonly string[]
  /** What mappings need; null: a hub made the window that did not know of them yet. */
  readonly moments: CarriedMoments | null
  /** What is planned over the border, and how he keeps to it; null: nothing is, or nothing was known of plans yet. */
  readonly plan: CarriedPlan | null
}

export interface CarriedMoments {
  /** The event that told the worker's attributes of the time up to the border, which belongs to the window. */
  readonly attributesBy: string | null
  /** Since when he has had no contact, unless he has; null: nothing had been heard of him. */
  readonly freeSince: Instant | null
  readonly spans: readonly TargetSpans[]
}

/** What is planned over a border, by what was corrected in the end and by what was known at each instant. */
export interface CarriedPlan {
  /** The events of before the border that tell what is planned from there on, which belong to the window. */
  readonly events: readonly string[]
  readonly final: CarriedAdherence | null
  readonly known: CarriedAdherence | null
}

/** What is told of him in the words of a target, as far as it decides what comes after the border. */
export interface TargetSpans extends CarriedSpans {
  readonly target: string
}

export interface Window {
  readonly from: Instant
  readonly carry: Carry
}

/** From the beginning of time, with nothing before it. */
export const wholeTime: Window = {
  from: 0,
  carry: {
    ...{ workspace: '', activity: null, state: null, unknown: null, reservations: [] },
    moments: { attributesBy: null, freeSince: null, spans: [] },
    plan: null,
  },
}

/** All that one worker's timeline says of the time from `window.from` on. */
export interface AgentStory {
  readonly agent: string
  readonly workspace: string
  readonly window: Window
  readonly activities: readonly ActivitySpan[]
  readonly legs: readonly Leg[]
  readonly transfers: readonly TransferEvent[]
  readonly deletions: readonly LedgerEvent[]
  /** All of them but those of his plan. */
  readonly events: Timeline
  readonly plans: readonly ScheduleEvent[]
}

/** The story of a worker as it was known of the time before `asOf`; null if nothing had happened by then. */
export function agentStory(
  agent: string,
  timeline: Timeline,
  window: Window,
  knowledge: Knowledge,
  asOf: Instant,
): AgentStory | null {
  const known = timeline.filter((event) => event.at < asOf)
  const plans = known.filter(isOfPlan)
  const events = plans.length === 0 ? known : known.filter((event) => !isOfPlan(event))
  const [first] = events
  const { carry } = window
  const isHeardOf = first !== undefined || carry.activity !== null
  const isPlanned = plans.length > 0 || carry.plan !== null
  if (!isHeardOf && !isPlanned && carry.moments?.freeSince == null) return null
  const lifecycle = events.filter(
    ({ type }) => type === 'worker.created' || type === 'worker.deleted',
  )
  return {
    agent,
    workspace: first?.workspace || carry.workspace || plans[0]?.workspace || '',
    window,
    activities: activitySpans(events, window, knowledge),
    legs: legsOf(events, lifecycle, knowledge),
    transfers: events.filter(isTransfer),
    deletions: lifecycle.filter(isDeletion),
    events,
    plans,
  }
}

/** One span for each change of activity: an update to the activity that he is in already is no change (R10). */
function activitySpans(
  events: Timeline,
  window: Window,
  knowledge: Knowledge,
): readonly ActivitySpan[] {
  const spans: ActivitySpan[] = []
  let current = window.carry.activity
  // Nothing is carried of who was deleted before the window; what comes then is not the first that is known of him.
  let seen = current !== null || events.some((event) => isDeletion(event) && event.at < window.from)
  let toldAt: Instant | null = null
  const close = (end: LedgerEvent | null) => {
    if (current !== null) {
      const itsClass = activityClass(knowledge, current, current.from)
      const receipt = joined(current.begun, receiptOf(end === null ? [] : [end]))
      spans.push({ class: itsClass, to: end?.at ?? null, toldAt, receipt, ...current })
    }
    current = null
    toldAt = null
  }
  for (const event of events) {
    if (event.at < window.from) continue
    if (isDeletion(event)) {
      close(event)
      seen = true
    }
    if (event.type !== 'worker.created' && event.type !== 'worker.activity.update') continue
    const activity = activityOf(event)
    if (activity === null) continue
    if (!seen) {
      current = previousOf(event)
      toldAt = event.at
    }
    seen = true
    if (current?.id === activity.id) continue
    close(event)
    const last = spans.at(-1)
    const place = last?.from === event.at ? last.place + 1 : 0
    const { id, name } = activity
    current = { id, name, from: event.at, place, begun: receiptOf([event]) }
  }
  close(null)
  return spans
}

function isDeletion({ type }: LedgerEvent): boolean {
  return type === 'worker.deleted'
}

function activityOf(event: LedgerEvent): Activity | null {
  const id = event.activity ?? event.activityName
  return id === null ? null : { id, name: event.activityName ?? id }
}

/** A worker's first event may tell how long he had been in the activity before: then that span is known too (U10). */
function previousOf(event: LedgerEvent): ActivitySince | null {
  const id = event.previousActivity ?? event.previousActivityName
  if (id === null || event.timeInPreviousActivityMs === null) return null
  const from = Math.max(0, event.at - event.timeInPreviousActivityMs)
  const name = event.previousActivityName ?? id
  return { id, name, from, place: 0, begun: receiptOf([event]) }
}

function legsOf(events: Timeline, lifecycle: Timeline, knowledge: Knowledge): readonly Leg[] {
  const legs: Leg[] = []
  for (const own of byReservation(events).values()) {
    const ofTask = own.filter(
      (event) => event.type === 'reservation.force-closed' && isTaskEnd(event.cause),
    )
    const begun = own.find(({ type }) => type === 'reservation.created') ?? own[0]
    const deletion = begun === undefined ? null : deletionOf(begun.at, lifecycle)
    const leg = legOf(own, { task: ofTask[0]?.at ?? null, deletion }, knowledge)
    if (leg !== null) legs.push(leg)
  }
  return legs.sort((a, b) => a.offered - b.offered || (a.reservation < b.reservation ? -1 : 1))
}

function isTaskEnd(cause: string | null): boolean {
  return cause?.startsWith('task.') ?? false
}

/** The deletion that caps a reservation: the first that no later creation of the worker lies between (U9). */
function deletionOf(created: Instant, lifecycle: Timeline): Instant | null {
  for (const deleted of lifecycle) {
    if (deleted.type !== 'worker.deleted') continue
    const revived = lifecycle.some(
      (event) => event.type === 'worker.created' && event.at > deleted.at && event.at <= created,
    )
    if (!revived) return deleted.at
  }
  return null
}
