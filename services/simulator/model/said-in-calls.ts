import type { Instant } from '../../../schemas/events/instant.ts'

/** Status callbacks of the customer's leg, of its conference and its recording; and what Voice Insights adds later. */
export type CallSaying =
  CallProgress | ConferenceProgress | RecordingDone | CallSummary | ParticipantSummary

export interface CallGroup {
  readonly sid: string
  readonly from: string
  readonly to: string
  readonly direction: 'inbound' | 'outbound-api'
}

export interface CallProgress {
  readonly source: 'voice'
  readonly type: 'call.initiated' | 'call.ringing' | 'call.answered' | 'call.completed'
  readonly call: CallGroup
  /** The call's own count, from 0. */
  readonly sequence: number
  readonly status: 'initiated' | 'ringing' | 'in-progress' | 'completed' | 'no-answer'
  /** On its end: from its beginning to its end. */
  readonly durationSeconds: number | null
}

export type ConferenceType =
  | 'conference-start'
  | 'conference-end'
  | 'participant-join'
  | 'participant-leave'
  | 'participant-hold'
  | 'participant-unhold'

export interface ConferenceProgress {
  readonly source: 'voice'
  readonly type: ConferenceType
  /** TaskRouter and Flex name it after the task. */
  readonly conference: { readonly sid: string; readonly name: string }
  readonly sequence: number
  readonly participant: ParticipantGroup | null
  /** Why a participant left, or the conference ended. */
  readonly reason: string | null
}

export interface ParticipantGroup {
  readonly call: string
  /** Some deployments set none. */
  readonly label: 'customer' | 'worker' | null
  readonly isOnHold: boolean
  readonly endsConference: boolean
}

export interface RecordingDone {
  readonly source: 'voice'
  readonly type: 'recording.completed'
  readonly recording: string
  readonly call: string
  readonly startedAt: Instant
  readonly durationSeconds: number
}

export interface CallSummary {
  readonly source: 'insights'
  readonly type: 'call-summary'
  readonly call: CallGroup
  readonly state: 'completed' | 'noanswer'
  readonly startedAt: Instant
  readonly answeredAt: Instant | null
  readonly endedAt: Instant
  readonly isInConference: boolean
}

export interface ParticipantSummary {
  readonly source: 'insights'
  readonly type: 'conference-participant-summary'
  readonly participant: string
  readonly conference: string
  readonly label: 'customer' | null
  readonly call: CallGroup
  readonly joinedAt: Instant
  readonly leftAt: Instant
  readonly holds: readonly Instant[]
  readonly unholds: readonly Instant[]
}
