import type { Instant } from '../../../schemas/events/instant.ts'
import type { Centre } from '../model/centre.ts'
import type { CallProgress, ConferenceProgress, RecordingDone } from '../model/said-in-calls.ts'
import { toRfc2822, type Form } from './form.ts'

export type VoiceSaying = CallProgress | ConferenceProgress | RecordingDone

/** A status callback of a call, a conference or a recording: the same parameters stand in the event of Event Streams. */
export function toVoiceForm(saying: VoiceSaying, at: Instant, centre: Centre): Form {
  switch (saying.type) {
    case 'call.initiated':
    case 'call.ringing':
    case 'call.answered':
    case 'call.completed':
      return callForm(saying, at, centre)
    case 'conference-start':
    case 'conference-end':
    case 'participant-join':
    case 'participant-leave':
    case 'participant-hold':
    case 'participant-unhold':
      return conferenceForm(saying, at, centre)
    case 'recording.completed':
      return recordingForm(saying, centre)
  }
}

const sides = ['Caller', 'Called', 'From', 'To'] as const

function callForm(progress: CallProgress, at: Instant, centre: Centre): Form {
  const { call, sequence, status, durationSeconds } = progress
  const places: readonly (readonly [string, string])[] = sides.flatMap((side) => [
    [`${side}City`, ''],
    [`${side}State`, ''],
    [`${side}Zip`, ''],
    [`${side}Country`, 'US'],
  ])
  return {
    ...Object.fromEntries(places),
    CallSid: call.sid,
    AccountSid: centre.accountSid,
    From: call.from,
    To: call.to,
    Caller: call.from,
    Called: call.to,
    Direction: call.direction,
    CallStatus: status,
    ApiVersion: '2010-04-01',
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequence),
    Timestamp: toRfc2822(at),
    ...(durationSeconds === null
      ? {}
      : {
          CallDuration: String(durationSeconds),
          // In minutes, begun ones whole.
          Duration: String(Math.ceil(durationSeconds / 60)),
          SipResponseCode: status === 'completed' ? '200' : '487',
        }),
  }
}

function conferenceForm(progress: ConferenceProgress, at: Instant, centre: Centre): Form {
  const { conference, sequence, type, participant, reason } = progress
  return {
    ConferenceSid: conference.sid,
    FriendlyName: conference.name,
    AccountSid: centre.accountSid,
    SequenceNumber: String(sequence),
    StatusCallbackEvent: type,
    Timestamp: toRfc2822(at),
    ...(participant === null
      ? {}
      : {
          Muted: 'false',
          Hold: String(participant.isOnHold),
          Coaching: 'false',
          EndConferenceOnExit: String(participant.endsConference),
          StartConferenceOnEnter: 'true',
          CallSid: participant.call,
          ...(participant.label === null ? {} : { ParticipantLabel: participant.label }),
        }),
    ...(type === 'participant-leave' && reason !== null
      ? { ParticipantCallStatus: 'completed', ReasonParticipantLeft: reason }
      : {}),
    ...(type === 'conference-end' && reason !== null
      ? { ReasonConferenceEnded: reason, Reason: 'Last participant left conference' }
      : {}),
  }
}

function recordingForm(done: RecordingDone, { accountSid }: Centre): Form {
  return {
    AccountSid: accountSid,
    CallSid: done.call,
    RecordingSid: done.recording,
    RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Recordings/${done.recording}`,
    RecordingStatus: 'completed',
    RecordingDuration: String(done.durationSeconds),
    RecordingChannels: '2',
    RecordingStartTime: toRfc2822(done.startedAt),
    RecordingSource: 'StartCallRecordingAPI',
    RecordingTrack: 'both',
    ErrorCode: '0',
  }
}
