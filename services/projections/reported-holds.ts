import type { Instant } from '../../schemas/events/instant.ts'
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
  /** Of the conference's event. */
  readonly id: string
  readonly at: Instant
  readonly onHold: boolean
  /** By which kind of report: callbacks while the call goes on, or a summary after its end. */
  readonly report: 'callback' | 'summary'
  readonly sequence: number | null
}

/** What the conferences of a task say of its customer, in canonical order. */
export function reportedHolds(events: Timeline): readonly ReportedHold[] {
  if (!events.some(isOfConference)) return []
  const customers = new Set(events.flatMap(({ customerCall }) => customerCall ?? []))
  return events.filter(isOfConference).flatMap((event) => {
    const onHold = effectOf(event, customers)
    if (onHold === null) return []
    const { id, at, sequence, cause } = event
    return [{ id, at, onHold, report: cause === summary ? 'summary' : 'callback', sequence }]
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
    const { id, at, sequence, cause, type } = event
    const report = cause === summary ? 'summary' : 'callback'
    return { id, at, sequence, onHold: type === 'reservation.hold', report }
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

function compareReports(a: ReportedHold, b: ReportedHold): number {
  return (
    a.at - b.at ||
    (a.sequence ?? 0) - (b.sequence ?? 0) ||
    Number(b.onHold) - Number(a.onHold) ||
    (a.id < b.id ? -1 : 1)
  )
}
