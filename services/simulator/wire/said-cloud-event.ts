import type { Centre } from '../model/centre.ts'
import type { Fault, SaidEvent, Saying } from '../model/happening.ts'
import { toIso, toRfc2822 } from './form.ts'
import { callSummaryData, participantSummaryData } from './insights-data.ts'
import { studioData } from './studio-data.ts'
import { conversationData, messagingData } from './text-data.ts'
import { toVoiceForm, type VoiceSaying } from './voice-form.ts'

/** What Event Streams delivers; the other sources have webhooks of their own, and so have deliveries. */
export type StreamedSaying = Exclude<
  Saying,
  { source: 'intelligence' | 'sendgrid' | 'segment' } | { type: 'delivery.updated' }
>

export type StreamedEvent = StreamedSaying & Pick<SaidEvent, 'sid' | 'at'>

export function isStreamedSaying(event: SaidEvent): event is StreamedEvent {
  const { source, type } = event
  if (source === 'intelligence' || source === 'sendgrid' || source === 'segment') return false
  return type !== 'delivery.updated'
}

/** What is said beside TaskRouter, as Event Streams delivers it. */
export function toSaidCloudEvent(event: StreamedEvent, centre: Centre): object {
  const { type, source, schema, data } = contentOf(event, centre)
  return {
    specversion: '1.0',
    type: `com.twilio.${type}`,
    source,
    id: event.sid,
    dataschema: `https://events-schemas.twilio.com/${schema}`,
    datacontenttype: 'application/json',
    time: toIso(event.at + publishedAfterMs),
    data,
  }
}

const publishedAfterMs = 150

interface Content {
  readonly type: string
  readonly source: string
  readonly schema: string
  readonly data: object
}

function contentOf(event: StreamedEvent, centre: Centre): Content {
  switch (event.source) {
    case 'voice':
      return voiceContent(event, centre)
    case 'insights':
      return event.type === 'call-summary'
        ? {
            type: 'voice.insights.call-summary.complete',
            source: `/v1/Voice/${event.call.sid}/Summary`,
            schema: 'VoiceInsights.CallSummary/3',
            data: callSummaryData(event, centre),
          }
        : {
            type: 'voice.insights.conference-participant-summary.complete',
            source: `/v1/Conferences/${event.conference}/Participants/${event.participant}`,
            schema: 'VoiceInsights.ConferenceParticipantSummary/1',
            data: participantSummaryData(event, centre),
          }
    case 'studio':
      return {
        type: `studio.flow.${event.type}`,
        source: `/v2/Flows/${event.flow.sid}/Executions/${event.flow.execution}`,
        schema: `Studio.${event.type === 'step.ended' ? 'FlowStepEvent' : 'FlowExecutionEvent'}/1`,
        data: studioData(event, event.at, centre),
      }
    case 'conversations':
      return {
        type: `conversations.${event.type === 'state.updated' ? 'conversation-state.updated' : event.type}`,
        source: `/v1/Conversations/${event.conversation.sid}`,
        schema: `Conversations.${conversationSchemas[event.type]}`,
        data: conversationData(event, event.at, centre),
      }
    case 'messaging':
      return {
        type:
          event.type === 'text.received'
            ? 'messaging.inbound-message.received'
            : `messaging.message.${event.status}`,
        source: `/2010-04-01/Accounts/${centre.accountSid}/Messages/${event.text.sid}.json`,
        schema: `Messaging.${event.type === 'text.received' ? 'InboundMessageV1/6' : 'MessageStatus/7'}`,
        data: messagingData(event, event.at, centre),
      }
    case 'error-logs':
      return {
        type: 'error-logs.error.logged',
        source: `/v1/Alerts/${event.sid}`,
        schema: 'ErrorLogs.Error/1',
        data: faultData(event, centre),
      }
  }
}

const conversationSchemas = {
  'conversation.added': 'ConversationAdded/2',
  'participant.added': 'ParticipantAdded/2',
  'participant.removed': 'ParticipantRemoved/2',
  'message.added': 'MessageAdded/2',
  'state.updated': 'ConversationStateUpdated/1',
} as const

/** The classic callback with all its parameters, and what became of it, around it. */
function voiceContent(event: VoiceSaying & Pick<SaidEvent, 'sid' | 'at'>, centre: Centre): Content {
  const parameters = toVoiceForm(event, event.at, centre)
  const account = `/2010-04-01/Accounts/${centre.accountSid}`
  // A participant's event is about his leg of the call.
  const { CallSid: call, ConferenceSid: conference = '' } = parameters
  const about = call ?? conference
  const atSecond = event.at - (event.at % 1000)
  return {
    type: `voice.status-callback.${voiceType(event)}`,
    source: `${account}/${call === undefined ? 'Conferences' : 'Calls'}/${about}`,
    schema: 'Voice.WebhookEvent/2',
    data: {
      sid: about,
      eventSid: event.sid,
      timestamp: toIso(atSecond),
      requestDateCreated: toRfc2822(atSecond),
      request: { method: 'POST', url: 'https://hub.example.com/twilio/voice', parameters },
      response: {
        responseCode: 200,
        requestDuration: 42,
        contentType: 'application/xml;charset=UTF-8',
        responseBody: 'PFJlc3BvbnNlLz4=',
        dateCreated: toRfc2822(atSecond),
      },
    },
  }
}

function voiceType({ type }: VoiceSaying): string {
  if (type === 'recording.completed') return 'recording.processed'
  if (type.startsWith('participant-')) return 'conference.participant.updated'
  return type.startsWith('conference-') ? 'conference.updated' : type
}

function faultData(fault: Fault & Pick<SaidEvent, 'sid' | 'at'>, { accountSid }: Centre): object {
  const { sid, about, code } = fault
  const request = { url: 'https://hub.example.com/twilio/voice', method: 'POST' }
  const webhook = { request, response: { status_code: 502 } }
  return {
    sid,
    account_sid: accountSid,
    master_account_sid: accountSid,
    service_sid: null,
    correlation_sid: about,
    request_sid: `RQ${sid.slice(2)}`,
    error_code: code,
    level: 'ERROR',
    product_name: 'Programmable Voice',
    date_created: toIso(fault.at),
    payload: JSON.stringify({ resource_sid: about, error_code: code, webhook }),
  }
}
