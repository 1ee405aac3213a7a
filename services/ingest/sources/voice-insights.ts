import type { Instant } from '../../../schemas/events/instant.ts'
import type { Verdict } from '../verdict.ts'
import { secondsAsMs } from './durations.ts'
import { membersOf, type Members } from './members.ts'
import { idOf, integerOf, textOf } from './parameters.ts'
import { understand, type Derived, type Telling, type Told } from './told.ts'
import { directionOf, sidesOf } from './voice-call.ts'
import { taskNamed } from './voice-conference.ts'

/** What Voice Insights says of a call or a conference after its end; null for what is not known. */
export function normaliseInsights(
  type: string,
  data: Members,
  telling: Telling,
  at: Instant | null,
): Verdict | null {
  const [, about] = summaryTypes.exec(type) ?? []
  const facts = { at, sourceType: type, account: textOf(data, 'account_sid') ?? '' }
  if (about === 'call-summary') return understand(telling, callSummary(data, facts))
  if (about === 'conference-summary') return understand(telling, conferenceSummary(data, facts))
  if (about === undefined) return null
  const told = participantSummary(data, facts)
  return understand(telling, told, holdsOf(data, told))
}

const summaryTypes =
  /^com\.twilio\.voice\.insights\.((?:call|conference|conference-participant)-summary)\.(?:partial|predicted-complete|complete)$/

type Facts = Pick<Told, 'at' | 'sourceType' | 'account'>

/** The same call is summed up several times; each time has its number. */
function callSummary(data: Members, facts: Facts): Told {
  const call = idOf(data, 'call_sid')
  const version = textOf(data, 'processing_version') ?? ''
  const properties = membersOf(data['properties'])
  const direction = directionOf(textOf(properties, 'direction'))
  const { from, to } = data
  const callee = endOf(to, 'callee') ?? endOf(from, 'callee')
  const { address, proxyAddress, subjects } = sidesOf(direction, endOf(from, 'caller'), callee)
  return {
    ...facts,
    type: 'call.summary',
    id: [call, 'summary', version, textOf(data, 'processing_state')].join('/'),
    call,
    parentCall: idOf(data, 'parent_call_sid'),
    channel: 'voice',
    direction,
    status: textOf(data, 'call_state'),
    reason: textOf(properties, 'disconnected_by'),
    durationMs: secondsAsMs(integerOf(data, 'duration')),
    address,
    proxyAddress,
    subjects,
  }
}

function endOf(side: unknown, name: string): string | null {
  return textOf(membersOf(side), name)
}

function conferenceSummary(data: Members, facts: Facts): Told {
  const conference = idOf(data, 'conference_sid')
  return {
    ...facts,
    type: 'conference.summary',
    id: [conference, 'summary', textOf(data, 'processing_state') ?? 'complete'].join('/'),
    conference,
    task: taskNamed(textOf(data, 'friendly_name')),
    status: textOf(data, 'status'),
    reason: textOf(data, 'end_reason'),
    durationMs: secondsAsMs(integerOf(data, 'duration_seconds')),
  }
}

function participantSummary(data: Members, facts: Facts): Told {
  const participant = idOf(data, 'participant_sid')
  const call = idOf(data, 'call_sid')
  const direction = directionOf(textOf(data, 'call_direction'))
  const { address, proxyAddress, subjects } = sidesOf(
    direction,
    textOf(data, 'from'),
    textOf(data, 'to'),
  )
  return {
    ...facts,
    type: 'conference.participant.summary',
    id: [participant ?? call, 'summary', textOf(data, 'processing_state') ?? 'complete'].join('/'),
    conference: idOf(data, 'conference_sid'),
    participant,
    call,
    label: textOf(data, 'label'),
    direction,
    status: textOf(data, 'call_status'),
    durationMs: secondsAsMs(integerOf(data, 'duration_seconds')),
    address,
    proxyAddress,
    subjects,
  }
}

/** When the participant was put on hold and taken back: to the millisecond, where the callback tells the second. */
function holdsOf(data: Members, summary: Told): readonly Derived[] {
  const events = membersOf(data['events'])
  const { conference, participant, call, label, account } = summary
  return (['hold', 'unhold'] as const).flatMap((word) =>
    momentsOf(events[word]).map((at) => ({
      type: `conference.participant.${word}` as const,
      id: `${participant ?? call ?? ''}/${word}/${at}`,
      at,
      cause: summary.type,
      conference,
      participant,
      call,
      label,
      account,
    })),
  )
}

/** More holds than this has nobody had; the summary itself keeps them all. */
const momentsMax = 1000

function momentsOf(value: unknown): readonly Instant[] {
  if (!Array.isArray(value)) return []
  return value.filter(isMoment).slice(0, momentsMax)
}

/** After 2001 and before 2286, in milliseconds. */
function isMoment(value: unknown): value is Instant {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1e12 && value < 1e13
}
