import { subscribedTypes } from './subscribed-types.ts'

/** What is to be set up at Twilio so that everything reaches the hub. */
export interface SetupPlan {
  readonly workspace: string | null
  readonly eventCallbackUrl: string
  readonly sink: {
    readonly description: string
    readonly type: 'webhook'
    readonly destination: string
    readonly method: 'POST'
    readonly batchEvents: true
  }
  readonly types: Readonly<Record<string, number>>
  readonly conversations: { readonly postWebhookUrl: string; readonly filters: readonly string[] }
  /** What no resource of Twilio's can be told: it stands in flows, TwiML and other products. */
  readonly byHand: readonly ByHand[]
}

export interface ByHand {
  readonly what: string
  readonly value: string
  readonly why: string
}

/** Pure: the same address gives the same plan. */
export function createSetupPlan(publicUrl: string, workspace: string | null): SetupPlan {
  const at = (path: string) => new URL(path, publicUrl).href
  return {
    workspace,
    eventCallbackUrl: `${at('/twilio/taskrouter')}${connectionOverride}`,
    sink: {
      description: 'Ledgerline',
      type: 'webhook',
      destination: at('/twilio/event-streams'),
      method: 'POST',
      batchEvents: true,
    },
    types: Object.fromEntries(subscribedTypes),
    conversations: { postWebhookUrl: at('/twilio/conversations'), filters: conversationFilters },
    byHand: [
      {
        what: 'conference status callback (TwiML <Conference>, or the instruction that accepts a reservation)',
        value: `${at('/twilio/voice')}, events ${conferenceEvents}`,
        why: 'hold, and who was in the call: TaskRouter has no event of it. Only the first participant’s address counts',
      },
      {
        what: 'status callback of a number, of <Dial> and of calls that are made by the API',
        value: `${at('/twilio/voice')}, events initiated ringing answered completed`,
        why: 'legs of calls; without the list only the last event is sent',
      },
      {
        what: 'recording status callback',
        value: at('/twilio/voice'),
        why: 'which recording belongs to which contact',
      },
      {
        what: 'status callback of a messaging service, and incoming messages that no conversation takes',
        value: at('/twilio/messaging'),
        why: 'how far a message got. A number that answers by TwiML keeps its own address: Event Streams brings these too',
      },
      {
        what: 'Voice Insights Advanced Features (Console)',
        value: 'switched on',
        why: 'call and conference summaries by Event Streams, half an hour after the end',
      },
      {
        what: 'Studio',
        value: 'nothing to do',
        why: 'executions and steps come by Event Streams',
      },
      {
        what: 'SendGrid: Settings, Mail Settings, Event Webhook, with signature verification',
        value: at('/sendgrid/events'),
        why: 'e-mail; give its public key to the hub in SENDGRID_WEBHOOK_PUBLIC_KEYS',
      },
      {
        what: 'Segment: Connections, Destinations, Webhooks, with a shared secret',
        value: at('/segment'),
        why: 'who a customer is elsewhere; give the secret to the hub in SEGMENT_SHARED_SECRETS',
      },
      {
        what: 'Conversational Intelligence service webhook',
        value: at('/twilio/intelligence'),
        why: 'transcripts and what operators found in them',
      },
    ],
  }
}

/**
 * Twilio tries a callback once more by itself, and only when it could not connect. This asks for three tries, also after a
 * timeout or a 5xx. It is no part of the signed address.
 */
export const connectionOverride = '#rc=3&rp=ct,rt,5xx'

/** After the fact only: the other webhooks are questions, and the hub answers none. */
const conversationFilters = [
  ...['onConversationAdded', 'onConversationUpdated', 'onConversationRemoved'],
  'onConversationStateUpdated',
  ...['onMessageAdded', 'onMessageUpdated', 'onMessageRemoved', 'onDeliveryUpdated'],
  ...['onParticipantAdded', 'onParticipantUpdated', 'onParticipantRemoved'],
]

const conferenceEvents = 'start end join leave mute hold modify speaker announcement'
