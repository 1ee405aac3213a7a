import type { Centre } from '../model/centre.ts'
import type { CallGroup, CallSummary, ParticipantSummary } from '../model/said-in-calls.ts'
import { toIsoSeconds } from './form.ts'

/** What Voice Insights tells of a call after it. */
export function callSummaryData(summary: CallSummary, { accountSid }: Centre): object {
  const { call, startedAt, answeredAt, endedAt } = summary
  const inbound = call.direction === 'inbound'
  const seconds = (from: number): number => Math.floor(endedAt / 1000) - Math.floor(from / 1000)
  return {
    account_sid: accountSid,
    parent_account_sid: '',
    call_sid: call.sid,
    parent_call_sid: '',
    call_type: 'carrier',
    call_state: summary.state,
    processing_state: 'complete',
    processing_version: 3,
    created_time: toIsoSeconds(startedAt),
    start_time: toIsoSeconds(startedAt),
    end_time: toIsoSeconds(endedAt),
    duration: seconds(startedAt),
    connect_duration: answeredAt === null ? 0 : seconds(answeredAt),
    from: {
      caller: call.from,
      callee: call.to,
      carrier: 'Example Mobile',
      connection: inbound ? 'mobile' : 'voip',
      country_code: 'US',
      country_subdivision: '',
      city: '',
      number_prefix: call.from.slice(0, 5),
      location: { lat: 0, lon: 0 },
    },
    to: {
      caller: call.from,
      callee: call.to,
      country_code: 'US',
      connection: inbound ? 'voip' : 'mobile',
    },
    carrier_edge: {
      properties: { direction: directionOf(call) },
      metrics: { inbound: { codec_name: 'pcmu', jitter: { avg: 1.1, max: 4 } } },
    },
    client_edge: null,
    sdk_edge: null,
    sip_edge: null,
    tags: [],
    properties: {
      direction: directionOf(call),
      disconnected_by: 'caller',
      last_sip_response_num: summary.state === 'completed' ? 200 : 487,
      pdd_ms: 1_200,
      queue_time: 0,
    },
    attributes: { conference_participant: summary.isInConference },
    trust: { verified_caller: { verified: true } },
  }
}

/** The customer's part in a conference: the moments of his holds are those that the callbacks have told. */
export function participantSummaryData(
  summary: ParticipantSummary,
  { accountSid }: Centre,
): object {
  const { call, joinedAt, leftAt, holds, unholds } = summary
  return {
    participant_sid: summary.participant,
    label: summary.label,
    conference_sid: summary.conference,
    call_sid: call.sid,
    account_sid: accountSid,
    call_direction: directionOf(call),
    from: call.from,
    to: call.to,
    call_status: 'completed',
    call_type: 'carrier',
    country_code: 'US',
    is_moderator: false,
    is_coach: false,
    coached_participants: null,
    join_time: toIsoSeconds(joinedAt),
    leave_time: toIsoSeconds(leftAt),
    duration_seconds: Math.floor(leftAt / 1000) - Math.floor(joinedAt / 1000),
    outbound_queue_length: null,
    outbound_time_in_queue: null,
    jitter_buffer_size: null,
    participant_region: 'us1',
    conference_region: 'us1',
    processing_state: 'complete',
    properties: {
      start_conference_on_enter: true,
      end_conference_on_exit: false,
      play_early_media: false,
      enter_muted: false,
      beep_on_enter: false,
      beep_on_exit: false,
    },
    events: { hold: holds, unhold: unholds },
    metrics: null,
  }
}

function directionOf({ direction }: CallGroup): string {
  return direction === 'inbound' ? 'inbound' : 'outbound_api'
}
