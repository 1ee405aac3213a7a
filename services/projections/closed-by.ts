import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** The column `closed_by` of a fact: empty while it is open. What the hub closed by a rule, the truth may open again. */
export type ClosedBy = '' | 'source' | 'hub'

/** By whom, from the event that closed it. */
export function closedBy(end: LedgerEvent | null | undefined): ClosedBy {
  if (end == null) return ''
  return end.road === 'hub' ? 'hub' : 'source'
}
