import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import {
  restConversationMessageSchema,
  restConversationSchema,
  restParticipantSchema,
  type RestConversationMessage,
  type RestParticipant,
} from '../../../schemas/inbound/twilio-rest.ts'
import { toEventId } from '../../ingest/sources/event-id.ts'
import { toInstant } from '../../ingest/sources/event-time.ts'
import { addressIdentity, identitiesOf } from '../../ingest/sources/identities.ts'
import { judgeItem, type RestFields } from './judged-item.ts'

export const conversationsSource = 'twilio-conversations'

/** That a conversation began and, where it is closed, that it ended: when it was last changed. */
export const judgeConversation = judgeItem(
  conversationsSource,
  restConversationSchema,
  ({ sid, state, date_created: created, date_updated: updated }, fields) => {
    const beganAt = toInstant(created)
    const endedAt = state === 'closed' ? toInstant(updated) : null
    const about = { ...fields, conversation: sid, status: state ?? null }
    return [
      beganAt === null
        ? null
        : {
            ...about,
            subjects: [],
            type: 'conversation.started',
            id: toEventId(`${sid}/conversation.started`),
            at: beganAt,
          },
      endedAt === null
        ? null
        : {
            ...about,
            subjects: [],
            type: 'conversation.ended',
            id: toEventId(`${sid}/conversation.ended/rest`),
            at: endedAt,
          },
    ]
  },
)

export const judgeConversationMessage = judgeItem(
  conversationsSource,
  restConversationMessageSchema,
  (message, fields) => [messageAdded(message, fields)],
)

export const judgeParticipant = judgeItem(
  conversationsSource,
  restParticipantSchema,
  (participant, fields) => [participantAdded(participant, fields)],
)

function messageAdded(message: RestConversationMessage, fields: RestFields): LedgerEvent | null {
  const at = toInstant(message.date_created)
  if (at === null) return null
  // A customer on a channel writes under his address, everybody else under a name.
  const author = message.author ?? null
  const known = addressIdentity(author)
  return {
    ...fields,
    type: 'message.added',
    id: toEventId(`${message.sid}/message.added`),
    at,
    sequence: message.index ?? null,
    subjects: identitiesOf([known]),
    conversation: message.conversation_sid,
    message: message.sid,
    participant: message.participant_sid ?? null,
    address: known === null ? null : author,
    identity: known === null ? author : null,
  }
}

function participantAdded(participant: RestParticipant, fields: RestFields): LedgerEvent | null {
  const at = toInstant(participant.date_created)
  if (at === null) return null
  const address = participant.messaging_binding?.address ?? null
  return {
    ...fields,
    type: 'participant.added',
    id: toEventId(`${participant.sid}/participant.added`),
    at,
    subjects: identitiesOf([addressIdentity(address)]),
    conversation: participant.conversation_sid,
    participant: participant.sid,
    identity: participant.identity ?? null,
    address,
    proxyAddress: participant.messaging_binding?.proxy_address ?? null,
  }
}
