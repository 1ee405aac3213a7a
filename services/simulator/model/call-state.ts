import type { Instant } from '../../../schemas/events/instant.ts'
import type { ContactRecord } from './chronicle.ts'
import type { FlowState } from './flows.ts'
import type { Random } from './random.ts'
import type { CallGroup } from './said-in-calls.ts'
import type { LegState } from './world.ts'

/** The customer's leg of a call, from the first ring to the end; tasks are made of it, and agents come and go. */
export interface CallState {
  readonly group: CallGroup
  readonly customer: number
  readonly record: ContactRecord
  readonly random: Random
  readonly flow: FlowState | null
  /** Whether its participants are called customer and worker, or nothing. */
  readonly hasLabels: boolean
  sequence: number
  startedAt: Instant
  answeredAt: Instant | null
  ended: boolean
  conference: ConferenceState | null
}

export interface ConferenceState {
  readonly sid: string
  /** The task that it is named after. */
  readonly name: string
  sequence: number
  joinedAt: Instant | null
  isStarted: boolean
  /** The agents who are in it, each with his own leg of the call. */
  readonly workers: Map<LegState, string>
  /** What the customer waits on hold for; `null`: he does not. */
  onHold: HoldState | null
  readonly holds: Instant[]
  readonly unholds: Instant[]
}

/** One time on hold, to be told from the next. */
export interface HoldState {
  readonly because: 'agent' | 'transfer'
  readonly from: Instant
}
