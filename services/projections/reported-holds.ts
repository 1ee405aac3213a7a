import type {
  ConferenceEvent,
  LedgerEvent,
  ReservationEvent,
} from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

/**
 * The customer was put on hold, or was not any more, by what a conference says. Whose hold that is each leg judges for
 * itself (U23), so that the order in which a conference and a task become known does not matter.
 */
export interface ReportedHold {
  /** The conference's own, or the copy that the worker's side has of it. */
  readonly event: ConferenceEvent | ReservationEvent
  readonly onHold: boolean
  /** By which kind of report: callbacks while the call goes on, or a summary after its end. */
  readonly report: 'callback' | 'summary'
}

/** What the conferences of a task say of its customer, in canonical order. */
export function reportedHolds(events: Timeline): readonly ReportedHold[] {
  if (!events.some(isOfConference)) return []
  const customers = new Set(events.flatMap(({ customerCall }) => customerCall ?? []))
  return events.filter(isOfConference).flatMap((event) => {
    const onHold = effectOf(event, customers)
    return onHold === null ? [] : [{ event, onHold, report: reportOf(event) }]
  })
}

/** The `cause` of a hold that was read out of a summary. */
export const summary = 'conference.participant.summary'

function isOfConference(event: LedgerEvent): event is ConferenceEvent {
  return event.type.startsWith('conference.')
}

/** A hold that nobody takes back ends when the customer leaves, or with the conference. */
function effectOf(event: ConferenceEvent, customers: ReadonlySet<string>): boolean | null {
  switch (event.type) {
    case 'conference.participant.hold':
      return isCustomer(event, customers) ? true : null
    case 'conference.participant.unhold':
    case 'conference.participant.leave':
      return isCustomer(event, customers) ? false : null
    case 'conference.end':
      return false
    case 'conference.start':
    case 'conference.participant.join':
    case 'conference.participant.mute':
    case 'conference.participant.unmute':
    case 'conference.participant.modify':
    case 'conference.participant.speech-start':
    case 'conference.participant.speech-stop':
    case 'conference.participant.summary':
    case 'conference.announcement.end':
    case 'conference.announcement.fail':
    case 'conference.summary':
      return null
  }
}

/** By its label, which Flex and TaskRouter set; where it has none, by its call, which the task's attributes name. */
function isCustomer({ label, call }: ConferenceEvent, customers: ReadonlySet<string>): boolean {
  return label === null ? call !== null && customers.has(call) : label === 'customer'
}

/**
 * All that is reported of one reservation: by the conferences of its task, or by the copies that its worker's side has of
 * that. A summary repeats what callbacks have told, by another clock, so it counts only where there are none.
 */
export function reportsOf(
  events: readonly ReservationEvent[],
  holds: readonly ReportedHold[],
): readonly ReportedHold[] {
  const copies = events.filter(isCopy).map((event): ReportedHold => {
    return { event, onHold: event.type === 'reservation.hold', report: reportOf(event) }
  })
  const all = [...copies, ...holds]
  const callbacks = all.filter(({ report }) => report === 'callback')
  const told = callbacks.some(({ onHold }) => onHold) ? callbacks : all
  return told.length < 2 ? told : [...told].sort(compareReports)
}

/** A hold of a conference, derived for the side of the worker. */
export function isCopy({ type, road }: ReservationEvent): boolean {
  return road === 'hub' && (type === 'reservation.hold' || type === 'reservation.unhold')
}

function reportOf({ cause }: LedgerEvent): ReportedHold['report'] {
  return cause === summary ? 'summary' : 'callback'
}

function compareReports(a: ReportedHold, b: ReportedHold): number {
  return (
    a.event.at - b.event.at ||
    (a.event.sequence ?? 0) - (b.event.sequence ?? 0) ||
    Number(b.onHold) - Number(a.onHold) ||
    (a.event.id < b.event.id ? -1 : 1)
  )
}
