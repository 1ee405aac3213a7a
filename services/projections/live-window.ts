import type { ActivityClass } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { wholeTime, type AgentState, type Carry, type Window } from './agent-story.ts'
import { workerFold } from './all.ts'
import { activityClass, type Knowledge } from './definitions.ts'
import { receiptOf } from './receipt.ts'
import { compareEvents, withEvents, type Timeline } from './timeline.ts'

/**
 * A worker's timeline as far as the present needs it. `lastChange` is the last event before the window that told his
 * activity, or that he was gone: by it an event that comes even later is told from one that was overtaken long ago.
 */
export interface LiveWindow {
  readonly window: Window
  readonly timeline: Timeline
  readonly lastChange: LedgerEvent | null
}

export const wholeLife: LiveWindow = { window: wholeTime, timeline: [], lastChange: null }

/** With these events in it. What lies before the window and changes nothing of the present is left out. */
export function withArrived(
  live: LiveWindow,
  arrived: readonly LedgerEvent[],
  knowledge: Knowledge,
): LiveWindow {
  let { window, lastChange } = live
  const kept: LedgerEvent[] = []
  for (const event of arrived) {
    if (event.at >= window.from || event.reservation !== null || isOfLife(event)) kept.push(event)
    if (event.at >= window.from || !tellsActivity(event)) continue
    if (lastChange !== null && compareEvents(event, lastChange) <= 0) continue
    window = { ...window, carry: { ...window.carry, ...carriedFrom(event, window, knowledge) } }
    lastChange = event
  }
  return { window, lastChange, timeline: withEvents(live.timeline, kept) }
}

/** The same, seen through the window that begins at a border; `ended` are the reservations that were left behind. */
export function cutWindow(
  worker: string,
  live: LiveWindow,
  knowledge: Knowledge,
  asOf: Instant,
  border: Instant,
): LiveWindow & { readonly ended: readonly string[] } {
  const { window, timeline } = live
  const cut = workerFold.cut(worker, timeline, window, knowledge, asOf, border)
  // A clock askew may put the end of a reservation before the border and its beginning after it.
  const spoken = new Set(timeline.filter((event) => event.at >= border).map(reservationOf))
  const kept = new Set([...cut.timeline.map(reservationOf), ...spoken])
  const last = timeline.findLast(
    (event) => event.at >= window.from && event.at < border && tellsActivity(event),
  )
  const whole = new Set(cut.timeline)
  return {
    window: cut.window,
    timeline: timeline.filter(
      (event) => whole.has(event) || (event.reservation !== null && spoken.has(event.reservation)),
    ),
    lastChange: last ?? live.lastChange,
    ended: [...new Set(timeline.map(reservationOf))].flatMap((reservation) =>
      reservation === null || kept.has(reservation) ? [] : [reservation],
    ),
  }
}

function reservationOf(event: LedgerEvent): string | null {
  return event.reservation
}

function isOfLife({ type }: LedgerEvent): boolean {
  return type === 'worker.created' || type === 'worker.deleted'
}

function tellsActivity(event: LedgerEvent): boolean {
  if (event.type === 'worker.deleted') return true
  if (event.type !== 'worker.created' && event.type !== 'worker.activity.update') return false
  return (event.activity ?? event.activityName) !== null
}

const stateIn: Record<ActivityClass, AgentState> = {
  available: 'idle',
  aux: 'aux',
  offline: 'offline',
}

/** What is carried into the window when this was the last event before it. Work between the two is not known any more. */
function carriedFrom(
  event: LedgerEvent,
  window: Window,
  knowledge: Knowledge,
): Pick<Carry, 'activity' | 'state'> {
  const id = event.activity ?? event.activityName
  if (event.type === 'worker.deleted' || id === null) return { activity: null, state: null }
  if (window.carry.activity?.id === id) return window.carry
  const [from, receipt] = [event.at, receiptOf([event])]
  const activity = { id, name: event.activityName ?? id, from, place: 0, begun: receipt }
  const state = stateIn[activityClass(knowledge, activity, event.at)]
  return { activity, state: { state, from, receipt, anomalies: [] } }
}
