import { readSegment, segmentSource } from './sources/segment.ts'
import { readSendGridEvents, sendGridEventsSource } from './sources/sendgrid-events.ts'
import { readSendGridInbound, sendGridInboundSource } from './sources/sendgrid-inbound.ts'
import type { SourceReading, SourceRequest } from './sources/source-request.ts'
import { assistantsSource, readAssistants } from './sources/twilio-assistants.ts'
import { conversationsSource, readConversations } from './sources/twilio-conversations.ts'
import { eventStreamsSource, readEventStreams } from './sources/twilio-event-streams.ts'
import { intelligenceSource, readIntelligence } from './sources/twilio-intelligence.ts'
import { messagingSource, readMessaging } from './sources/twilio-messaging.ts'
import { readTaskRouter, taskRouterSource } from './sources/twilio-taskrouter.ts'
import { readVideo, videoSource } from './sources/twilio-video.ts'
import { readVoice, voiceSource } from './sources/twilio-voice.ts'

/** How somebody proves that he is who he says: by whose scheme a request is signed. */
export type SignatureScheme = 'twilio' | 'sendgrid' | 'sendgrid-inbound' | 'segment'

/** Everybody who may send something, and what is made of it. Routes, answers and redrive are made from this list. */
export interface Source {
  /** In the dead letters, in metrics and logs. */
  readonly name: string
  /** The address to give to the sender. */
  readonly path: string
  readonly signedBy: SignatureScheme
  readonly read: (request: SourceRequest) => SourceReading
  readonly answer: Answer
  /** Of a sender who sends more at once than others may; the setting, if that is larger. */
  readonly bodyBytesMax?: number
}

/** What a sender hears once everything is durable. It has never a body: some would take one for an instruction. */
export interface Answer {
  readonly status: 200 | 204
  readonly contentType: string | null
}

/** As TaskRouter asks for it; the others look at the status alone. */
const noContent: Answer = { status: 204, contentType: 'application/json' }
/** Of a text nothing is sent to the customer, and of a question nothing is changed. */
const emptyText: Answer = { status: 200, contentType: 'text/plain' }

const twilio = { signedBy: 'twilio', answer: noContent } as const

export const sources: readonly Source[] = [
  { ...twilio, name: taskRouterSource, path: '/twilio/taskrouter', read: readTaskRouter },
  {
    ...twilio,
    name: eventStreamsSource,
    path: '/twilio/event-streams',
    read: ({ body, receivedAt, clockSkewMaxMs }) =>
      readEventStreams(body, receivedAt, clockSkewMaxMs),
  },
  {
    ...twilio,
    name: conversationsSource,
    path: '/twilio/conversations',
    read: readConversations,
    answer: emptyText,
  },
  { ...twilio, name: voiceSource, path: '/twilio/voice', read: readVoice },
  {
    ...twilio,
    name: messagingSource,
    path: '/twilio/messaging',
    read: readMessaging,
    answer: emptyText,
  },
  { ...twilio, name: videoSource, path: '/twilio/video', read: readVideo },
  { ...twilio, name: intelligenceSource, path: '/twilio/intelligence', read: readIntelligence },
  { ...twilio, name: assistantsSource, path: '/twilio/assistants', read: readAssistants },
  {
    name: sendGridEventsSource,
    path: '/sendgrid/events',
    signedBy: 'sendgrid',
    read: readSendGridEvents,
    answer: noContent,
  },
  {
    name: sendGridInboundSource,
    path: '/sendgrid/inbound',
    signedBy: 'sendgrid-inbound',
    read: readSendGridInbound,
    answer: noContent,
    // A mail may have 30 MB, and what is answered with 413 is not sent again.
    bodyBytesMax: 32 * 1024 * 1024,
  },
  {
    name: segmentSource,
    path: '/segment',
    signedBy: 'segment',
    read: readSegment,
    answer: noContent,
  },
]
