import type { flowEventTypes } from '../../../schemas/events/event-types.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { Verdict } from '../verdict.ts'
import { channelOfAddress, subjectsOf } from './addresses.ts'
import type { Members } from './members.ts'
import { idOf, textOf, timeOf } from './parameters.ts'
import { understand, type Telling, type Told } from './told.ts'

export const studioSource = 'twilio-studio'

/** The run of a flow and its steps, which Event Streams alone tells; null for a type that is not known. */
export function normaliseStudio(
  type: string,
  data: Members,
  telling: Telling,
  envelope: { readonly id: string | null; readonly publishedAt: Instant | null },
): Verdict | null {
  const told = types.get(type)
  if (told === undefined) return null
  const happenedAt = timeOf(
    data,
    told === 'studio.execution.ended' ? 'date_updated' : 'date_created',
  )
  const facts = { ...plainFacts(data), at: happenedAt ?? envelope.publishedAt, sourceType: type }
  const { id } = envelope
  if (told !== 'studio.step.ended') {
    const reason = textOf(data, 'ended_reason')
    return understand(telling, { ...facts, type: told, id, reason, status: textOf(data, 'status') })
  }
  const step = textOf(data, 'transitioned_from')
  const nextStep = textOf(data, 'transitioned_to')
  const reason = textOf(data, 'name')
  return understand(telling, { ...facts, type: told, id, step, nextStep, reason })
}

const types = new Map<string, (typeof flowEventTypes)[number]>([
  ['com.twilio.studio.flow.execution.started', 'studio.execution.started'],
  ['com.twilio.studio.flow.execution.ended', 'studio.execution.ended'],
  ['com.twilio.studio.flow.step.ended', 'studio.step.ended'],
])

/** A flow is begun by a call, a message or a conversation; that is how it is joined with what follows it. */
function plainFacts(data: Members): Omit<Told, 'type' | 'id' | 'at'> {
  const beganWith = idOf(data, 'started_by')
  const begunBy = (...prefixes: readonly string[]) =>
    beganWith !== null && prefixes.includes(beganWith.slice(0, 2)) ? beganWith : null
  const address = textOf(data, 'contact_channel_address')
  return {
    account: textOf(data, 'account_sid') ?? '',
    flow: idOf(data, 'flow_sid'),
    execution: idOf(data, 'execution_sid'),
    call: begunBy('CA'),
    conversation: begunBy('CH'),
    message: begunBy('SM', 'MM', 'IM'),
    channel: begunBy('CA') === null ? channelOfAddress(address) : 'voice',
    address,
    subjects: subjectsOf(address),
  }
}
