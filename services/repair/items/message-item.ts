import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { restMessageSchema, type RestMessage } from '../../../schemas/inbound/twilio-rest.ts'
import { toEventId } from '../../ingest/sources/event-id.ts'
import { toInstant } from '../../ingest/sources/event-time.ts'
import { addressIdentity, identitiesOf } from '../../ingest/sources/identities.ts'
import { directionOf } from './call-item.ts'
import { judgeItem, type RestFields } from './judged-item.ts'

export const messagingSource = 'twilio-messaging'

/** A message as the list of messages has it: that it came in, or how far it got. */
export const judgeMessage = judgeItem(messagingSource, restMessageSchema, (message, fields) => [
  message.direction === 'inbound' ? received(message, fields) : stateOf(message, fields),
])

function received(message: RestMessage, fields: RestFields): LedgerEvent | null {
  const at = toInstant(message.date_sent) ?? toInstant(message.date_created)
  if (at === null) return null
  return {
    ...about(message, fields),
    type: 'message.added',
    id: toEventId(`${message.sid}/received`),
    at,
    author: 'customer',
  }
}

function stateOf(message: RestMessage, fields: RestFields): LedgerEvent | null {
  const at = toInstant(message.date_updated)
  if (at === null || !message.status) return null
  const { error_code: code } = message
  return {
    ...about(message, fields),
    type: 'message.status',
    id: toEventId(`${message.sid}/${message.status}`),
    at,
    status: message.status,
    reason: code === null || code === undefined ? null : String(code),
  }
}

function about(message: RestMessage, fields: RestFields) {
  const isInbound = message.direction === 'inbound'
  const address = (isInbound ? message.from : message.to) ?? null
  return {
    ...fields,
    subjects: identitiesOf([addressIdentity(address)]),
    message: message.sid,
    direction: directionOf(message.direction),
    address,
    proxyAddress: (isInbound ? message.to : message.from) ?? null,
  }
}
