import type { Instant } from '../../../schemas/events/instant.ts'
import type { EventStreamsEvent } from '../../../schemas/inbound/twilio-event-streams.ts'
import type { Verdict } from '../verdict.ts'
import { toInstant } from './event-time.ts'
import type { Members } from './members.ts'
import { timeOf } from './parameters.ts'
import type { Telling } from './told.ts'
import {
  conversationsParameters,
  conversationsSource,
  normaliseConversations,
} from './twilio-conversations.ts'
import { errorLogsSource, normaliseErrorLog } from './twilio-error-logs.ts'
import { intelligenceSource, normaliseIntelligence } from './twilio-intelligence.ts'
import { messagingParameters, messagingSource, normaliseMessaging } from './twilio-messaging.ts'
import { normaliseStudio, studioSource } from './twilio-studio.ts'
import { normaliseVideoSummary, videoSource } from './twilio-video.ts'
import { isVoiceCallback, normaliseVoice, voiceSource } from './twilio-voice.ts'
import { requestParameters } from './unknown-cloud-event.ts'
import { normaliseInsights } from './voice-insights.ts'

/** What an event of Event Streams means in the words of its product; null for a type that nobody here reads. */
export function readProductEvent(
  event: EventStreamsEvent,
  data: Members,
  telling: Omit<Telling, 'source'>,
): Verdict | null {
  const product = products.find(({ prefix }) => event.type.startsWith(prefix))
  if (product === undefined) return null
  const { id } = event
  return product.read({
    type: event.type,
    id: typeof id === 'string' && id !== '' ? id : null,
    // Twilio's documentation shows envelopes whose time stands in the member for the content type.
    publishedAt: toInstant(event.time) ?? toInstant(event.datacontenttype),
    data,
    telling: { ...telling, source: product.source },
  })
}

interface ProductEvent {
  readonly type: string
  /** Of the envelope. */
  readonly id: string | null
  readonly publishedAt: Instant | null
  readonly data: Members
  readonly telling: Telling
}

interface Product {
  readonly prefix: string
  readonly source: string
  readonly read: (event: ProductEvent) => Verdict | null
}

const products: readonly Product[] = [
  {
    prefix: 'com.twilio.conversations.',
    source: conversationsSource,
    read: ({ type, data, telling, publishedAt }) =>
      normaliseConversations(conversationsParameters(data), type, telling, publishedAt),
  },
  {
    prefix: 'com.twilio.voice.insights.',
    source: voiceSource,
    read: ({ type, data, telling, publishedAt }) =>
      normaliseInsights(type, data, telling, publishedAt),
  },
  {
    prefix: 'com.twilio.voice.',
    source: voiceSource,
    read: ({ type, data, telling, publishedAt }) =>
      isVoiceCallback(type)
        ? normaliseVoice(requestParameters(data), telling, timeOf(data, 'timestamp') ?? publishedAt)
        : null,
  },
  {
    prefix: 'com.twilio.messaging.',
    source: messagingSource,
    read: ({ type, data, telling, publishedAt }) =>
      messageTypes.test(type)
        ? normaliseMessaging(messagingParameters(data), telling, publishedAt)
        : null,
  },
  {
    prefix: 'com.twilio.studio.',
    source: studioSource,
    read: ({ type, data, telling, ...envelope }) => normaliseStudio(type, data, telling, envelope),
  },
  {
    prefix: 'com.twilio.video.',
    source: videoSource,
    read: ({ type, data, telling, publishedAt }) =>
      normaliseVideoSummary(type, data, telling, publishedAt),
  },
  ...['com.twilio.engagement-intelligence.', 'com.twilio.intelligence.'].map((prefix) => ({
    prefix,
    source: intelligenceSource,
    read: ({ type, data, telling, publishedAt }: ProductEvent) =>
      normaliseIntelligence(type, data, telling, publishedAt),
  })),
  {
    prefix: 'com.twilio.error-logs.',
    source: errorLogsSource,
    read: ({ type, data, telling, ...envelope }) =>
      normaliseErrorLog(type, data, telling, envelope),
  },
]

/** Registrations and brands are told in the same product, and are about no message. */
const messageTypes = /^com\.twilio\.messaging\.(message\.[a-z_-]+|inbound-message\.received)$/
