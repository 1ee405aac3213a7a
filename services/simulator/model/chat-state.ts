import type { ContactRecord } from './chronicle.ts'
import type { FlowState } from './flows.ts'
import type { Random } from './random.ts'
import type { ConversationGroup, ConversationState, TextParticipant } from './said-in-texts.ts'
import type { LegState, TaskState } from './world.ts'

/** A conversation in writing: it may have no task, one, or several one after the other. */
export interface ChatState {
  readonly group: ConversationGroup
  readonly customer: number
  readonly record: ContactRecord
  readonly random: Random
  readonly flow: FlowState | null
  readonly asCustomer: TextParticipant
  readonly agents: Map<LegState, TextParticipant>
  state: ConversationState
  messagesCount: number
  /** Tasks that were made of it and have not ended. */
  readonly openTasks: Set<TaskState>
  /** The next task of it is on its way. */
  isHandedOver: boolean
  /** How often its customer has come back to it. */
  returnsCount: number
}
