import type { RestItem } from '../../../schemas/inbound/twilio-rest.ts'
import { membersOf } from '../../ingest/sources/members.ts'
import { inPascalCase, textOf, timeOf } from '../../ingest/sources/parameters.ts'
import type { Telling } from '../../ingest/sources/told.ts'
import {
  conversationsSource,
  normaliseConversations,
} from '../../ingest/sources/twilio-conversations.ts'
import type { Verdict } from '../../ingest/verdict.ts'
import { judgeItem, nothingYet } from './judged-item.ts'

/** That a conversation began and, where it is closed, that it ended: when it was last changed. */
export const judgeConversation = judgeItem(conversationsSource, (item, telling) => {
  const began = asWebhook(
    'onConversationAdded',
    { ...item, conversation_sid: item['sid'] },
    telling,
  )
  const endedAt = textOf(item, 'state') === 'closed' ? timeOf(item, 'date_updated') : null
  if (began.kind !== 'understood' || endedAt === null) return began
  const ended = began.events.flatMap((event) =>
    event.type === 'conversation.started'
      ? [
          {
            ...event,
            type: 'conversation.ended' as const,
            id: `${event.conversation}/conversation.ended/rest`,
            at: endedAt,
            payload: null,
          },
        ]
      : [],
  )
  return { kind: 'understood', events: [...began.events, ...ended] }
})

export const judgeConversationMessage = judgeItem(conversationsSource, (item, telling) =>
  asWebhook('onMessageAdded', { ...item, message_sid: item['sid'] }, telling),
)

export const judgeParticipant = judgeItem(conversationsSource, (item, telling) =>
  asWebhook('onParticipantAdded', { ...item, participant_sid: item['sid'] }, telling),
)

/** The same event as by webhook: the list has the same facts under other spellings. */
function asWebhook(name: string, item: RestItem, telling: Telling): Verdict {
  const binding = Object.entries(membersOf(item['messaging_binding']))
  const parameters = Object.fromEntries<unknown>([
    ...Object.entries(item).map(([key, value]) => [inPascalCase(key), value] as const),
    ...binding.map(([key, value]) => [`MessagingBinding.${inPascalCase(key)}`, value] as const),
  ])
  return normaliseConversations(parameters, name, telling) ?? nothingYet
}
