import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/**
 * An event without what no fold reads: the payload and the attributes are most of its bytes, and a timeline in memory does
 * not need them. Definitions are attributes, so those of `definitions.set` stay.
 */
export function slim(event: LedgerEvent): LedgerEvent {
  if (event.type === 'definitions.set') return event
  return { ...event, attributes: null, payload: null, sealed: null }
}
