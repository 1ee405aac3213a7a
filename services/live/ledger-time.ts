import type { Definitions } from '../../schemas/events/definitions.ts'

/** What the definitions in force say about time. */
export interface LedgerTime {
  /** The length of the ledger's base intervals. */
  readonly intervalMs: number
  readonly sites: Definitions['sites']
}
