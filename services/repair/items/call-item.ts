import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { restCallSchema, type RestCall } from '../../../schemas/inbound/twilio-rest.ts'
import { toEventId } from '../../ingest/sources/event-id.ts'
import { toInstant } from '../../ingest/sources/event-time.ts'
import { addressIdentity, identitiesOf } from '../../ingest/sources/identities.ts'
import { judgeItem, type RestFields } from './judged-item.ts'

export const voiceSource = 'twilio-voice'

/**
 * A call as the list of calls has it: how it ended. The steps on the way and their numbers are not kept there, so this
 * stands beside what callbacks tell and takes the place of none of them.
 */
export const judgeCall = judgeItem(voiceSource, restCallSchema, (call, fields) => [
  callSummary(call, fields),
])

function callSummary(call: RestCall, fields: RestFields): LedgerEvent | null {
  const at = toInstant(call.end_time)
  // Still going on: it is read again when it is over.
  if (at === null) return null
  const isInbound = call.direction === 'inbound'
  const address = (isInbound ? call.from : call.to) ?? null
  return {
    ...fields,
    type: 'call.summary',
    id: toEventId(`${call.sid}/rest`),
    at,
    subjects: identitiesOf([addressIdentity(address)]),
    call: call.sid,
    parentCall: call.parent_call_sid ?? null,
    status: call.status ?? null,
    direction: directionOf(call.direction),
    durationMs: durationMsOf(call),
    address,
    proxyAddress: (isInbound ? call.to : call.from) ?? null,
  }
}

export function directionOf(direction: string | null | undefined): LedgerEvent['direction'] {
  if (direction === 'inbound') return 'inbound'
  return direction?.startsWith('outbound') === true ? 'outbound' : 'unknown'
}

/** Seconds, as a text. */
function durationMsOf({ duration }: RestCall): number | null {
  const seconds = duration === null || duration === undefined ? NaN : Number(duration)
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds * 1000 : null
}
