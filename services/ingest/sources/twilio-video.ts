import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Verdict } from '../verdict.ts'
import { secondsAsMs } from './durations.ts'
import { readForm } from './form-callback.ts'
import type { Members } from './members.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'

export const videoSource = 'twilio-video'

/** Reads the status callbacks of rooms. */
export function readVideo(request: SourceRequest): SourceReading {
  const judged = readForm(request, videoSource, (parameters, telling) => {
    const name = textOf(parameters, 'StatusCallbackEvent') ?? ''
    return normaliseRoom(parameters, name, telling) ?? keepUnknownForm(parameters, telling, name)
  })
  return { judged }
}

function normaliseRoom(parameters: Parameters, sent: string, telling: Telling): Verdict | null {
  const name = sent.toLowerCase()
  const [, about] = /^(room|participant|track)-./.exec(name) ?? []
  if (about === undefined) return null
  const room = idOf(parameters, 'RoomSid')
  if (room === null) return refused('missing', 'conversation', telling.bytes)
  const participant = idOf(parameters, 'ParticipantSid')
  const sequence = integerOf(parameters, 'SequenceNumber')
  const at = timeOf(parameters, 'Timestamp')
  const duration = about === 'room' ? 'RoomDuration' : 'ParticipantDuration'
  return understand(telling, {
    type: about === 'room' ? 'video.room.updated' : 'video.participant.updated',
    id: [room, ...(sequence === null ? [name, participant ?? '', at] : [sequence])].join('/'),
    at,
    account: textOf(parameters, 'AccountSid') ?? '',
    sourceType: name,
    conversation: room,
    participant,
    identity: textOf(parameters, 'ParticipantIdentity'),
    channel: 'video',
    sequence,
    status: name,
    durationMs: secondsAsMs(integerOf(parameters, duration)),
  })
}

/** What Video Insights says of a room or a participant afterwards; null for what is not known. */
export function normaliseVideoSummary(
  type: string,
  data: Members,
  telling: Telling,
  publishedAt: Instant | null,
): Verdict | null {
  const [, about] = summaryTypes.exec(type) ?? []
  const room = idOf(data, 'room_sid')
  if (about === undefined) return null
  if (room === null) return refused('missing', 'conversation', telling.bytes)
  const participant = about === 'participant' ? idOf(data, 'participant_sid') : null
  return understand(telling, {
    type: about === 'room' ? 'video.room.updated' : 'video.participant.updated',
    id: [room, ...(participant === null ? [] : [participant]), 'summary'].join('/'),
    at: publishedAt ?? timeOf(data, about === 'room' ? 'end_time' : 'leave_time'),
    account: textOf(data, 'account_sid') ?? '',
    sourceType: type,
    conversation: room,
    participant,
    identity: textOf(data, 'participant_identity'),
    channel: 'video',
    status: 'summary',
    reason: textOf(data, 'end_reason'),
    durationMs: secondsAsMs(integerOf(data, 'duration_sec')),
  })
}

const summaryTypes =
  /^com\.twilio\.video\.insights\.(?:log-analyzer\.)?(room|participant)-summary(?:\.complete)?$/
