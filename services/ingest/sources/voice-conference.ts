import type { conferenceEventTypes } from '../../../schemas/events/event-types.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Verdict } from '../verdict.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import { understand, type Telling } from './told.ts'

/** What happened in a conference; null for an event that is not known. */
export function normaliseConference(
  parameters: Parameters,
  telling: Telling,
  publishedAt: Instant | null,
): Verdict | null {
  const sent = textOf(parameters, 'StatusCallbackEvent')?.toLowerCase() ?? ''
  const type = types.get(sent)
  if (type === undefined) return null
  const conference = idOf(parameters, 'ConferenceSid')
  if (conference === null) return refused('missing', 'conference', telling.bytes)
  const sequence = integerOf(parameters, 'SequenceNumber')
  const at = timeOf(parameters, 'Timestamp') ?? publishedAt
  const call = idOf(parameters, 'CallSid')
  return understand(telling, {
    type,
    id: [conference, ...(sequence === null ? [sent, at, call ?? ''] : [sequence])].join('/'),
    at,
    account: textOf(parameters, 'AccountSid') ?? '',
    sourceType: sent,
    conference,
    call,
    task: taskNamed(textOf(parameters, 'FriendlyName')),
    label: textOf(parameters, 'ParticipantLabel'),
    sequence,
    status: textOf(parameters, 'ParticipantCallStatus'),
    reason:
      textOf(parameters, 'ReasonParticipantLeft') ?? textOf(parameters, 'ReasonConferenceEnded'),
  })
}

/** A conference of TaskRouter or Flex bears its task's sid for a name. */
export function taskNamed(name: string | null): string | null {
  return name !== null && taskSid.test(name) ? name : null
}

const taskSid = /^WT[0-9a-f]{32}$/

const participantWords = [
  ...['join', 'leave', 'hold', 'unhold', 'mute', 'unmute', 'modify'],
  ...['speech-start', 'speech-stop'],
] as const

const types = new Map<string, (typeof conferenceEventTypes)[number]>([
  ['conference-start', 'conference.start'],
  ['conference-end', 'conference.end'],
  ['announcement-end', 'conference.announcement.end'],
  ['announcement-fail', 'conference.announcement.fail'],
  ...participantWords.map(
    (word) => [`participant-${word}`, `conference.participant.${word}`] as const,
  ),
])
