import type { HeldFields } from './state-answers.ts'
import type { LiveDetails } from './ledger-view.ts'
import type { Publication } from './publication.ts'

/** A state as a call is answered from it. */
export interface ShownState {
  readonly publication: Publication
  readonly details: LiveDetails
  /** What every answer about it says of itself. */
  readonly held: HeldFields
}
