import type { Instant } from '../../../schemas/events/instant.ts'

/** What Conversations says, what Messaging says of texts outside of them, and what machines make of a conversation. */
export type TextSaying =
  | ConversationAdded
  | ParticipantChanged
  | MessageAdded
  | DeliveryUpdated
  | StateUpdated
  | TextStatus
  | TextReceived
  | OperatorResult

export interface ConversationGroup {
  readonly sid: string
  /** By which channel its customer writes. */
  readonly binding: 'web' | 'sms' | 'whatsapp'
  readonly createdAt: Instant
}

export interface ConversationAdded {
  readonly source: 'conversations'
  readonly type: 'conversation.added'
  readonly conversation: ConversationGroup
  readonly friendlyName: string
}

/** With an identity, or with addresses; never with both. */
export interface TextParticipant {
  readonly sid: string
  readonly identity: string | null
  readonly address: string | null
  readonly proxyAddress: string | null
  readonly addedAt: Instant
  readonly role: 'customer' | 'agent'
}

export interface ParticipantChanged {
  readonly source: 'conversations'
  readonly type: 'participant.added' | 'participant.removed'
  readonly conversation: ConversationGroup
  readonly participant: TextParticipant
}

export interface MessageAdded {
  readonly source: 'conversations'
  readonly type: 'message.added'
  readonly conversation: ConversationGroup
  readonly message: string
  readonly index: number
  readonly author: string
  /** A bot writes over REST and is nobody who takes part. */
  readonly participant: string | null
  readonly body: string
}

export interface DeliveryUpdated {
  readonly source: 'conversations'
  readonly type: 'delivery.updated'
  readonly conversation: ConversationGroup
  readonly message: string
  readonly receipt: string
  readonly channelMessage: string
  readonly participant: string
  readonly status: 'sent' | 'delivered' | 'read'
  readonly createdAt: Instant
}

export interface StateUpdated {
  readonly source: 'conversations'
  readonly type: 'state.updated'
  readonly conversation: ConversationGroup
  readonly from: ConversationState
  readonly to: ConversationState
  readonly reason: 'API' | 'TIMER' | 'EVENT'
}

export type ConversationState = 'active' | 'inactive' | 'closed'

/** A text that is sent by itself: a reminder, a parcel's whereabouts. */
export interface TextGroup {
  readonly sid: string
  readonly from: string
  readonly to: string
}

export interface TextStatus {
  readonly source: 'messaging'
  readonly type: 'text.status'
  readonly text: TextGroup
  readonly status: 'queued' | 'sent' | 'delivered' | 'undelivered'
}

export interface TextReceived {
  readonly source: 'messaging'
  readonly type: 'text.received'
  readonly text: TextGroup
  readonly body: string
}

export interface OperatorResult {
  readonly source: 'intelligence'
  readonly type: 'operator.result'
  readonly conversation: ConversationGroup
  readonly label: 'positive' | 'neutral' | 'negative'
}
