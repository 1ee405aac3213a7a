import type { Instant } from '../../../schemas/events/instant.ts'
import type { ConversationMetric } from '../../../schemas/metrics/catalogue.ts'
import { unansweredMsMax } from '../../../schemas/metrics/conversations.ts'
import type { MessageRecord } from '../model/chronicle.ts'
import type { CutConversation } from './cut-conversations.ts'
import { contains, countOf, isOpenAtEnd, sumOf, type Interval } from './interval.ts'
import type { Values } from './row.ts'

/** Section 10: what bots write is counted, and answers nobody. */
export function conversationColumns(
  conversations: readonly CutConversation[],
  interval: Interval,
): Values<ConversationMetric> {
  const ended = conversations.filter(({ to }) => contains(interval, to))
  const written = (author: MessageRecord['author']): number =>
    sumOf(conversations, ({ messages }) =>
      countOf(messages, (message) => message.author === author && contains(interval, message.at)),
    )
  const responses = conversations.flatMap(responsesIn).filter(({ at }) => contains(interval, at))
  const by = (kind: Response['kind']): readonly Response[] =>
    responses.filter((response) => response.kind === kind)
  const lengths = (all: readonly Response[]): number => sumOf(all, ({ at, since }) => at - since)
  const open = conversations.filter(({ from, to }) => isOpenAtEnd(interval, from, to))
  return {
    conversations_started_count: countOf(conversations, ({ from }) => contains(interval, from)),
    conversations_ended_count: ended.length,
    conversations_contained_count: countOf(ended, ({ isContained }) => isContained),
    messages_customer_count: written('customer'),
    messages_agent_count: written('agent'),
    messages_bot_count: written('bot'),
    first_response_count: by('first').length,
    first_response_ms: lengths(by('first')),
    agent_response_count: by('first').length + by('agent').length,
    agent_response_ms: lengths(by('first')) + lengths(by('agent')),
    customer_response_count: by('customer').length,
    customer_response_ms: lengths(by('customer')),
    conversation_wce_ms: sumOf(ended, ({ from, to }) => (to ?? from) - from),
    ended_unanswered_count: countOf(ended, ({ messages }) => isUnanswered(messages, Infinity)),
    awaiting_agent_eoi_count: countOf(open, ({ messages }) => isAwaited(messages, interval.end)),
  }
}

/** A message that answers, and what it answers. The first answer of all is an agent's response too. */
interface Response {
  readonly kind: 'first' | 'agent' | 'customer'
  readonly at: Instant
  readonly since: Instant
}

/**
 * An agent answers the first of the customer's messages that nobody has answered; a customer, the agent's last. Between
 * two of one side only the first of the other counts.
 */
function responsesIn({ messages }: CutConversation): readonly Response[] {
  const people = messages.filter(({ author }) => author !== 'bot')
  const firstOfAgent = people.findIndex(({ author }) => author === 'agent')
  return people.flatMap((message, index): readonly Response[] => {
    const before = people[index - 1]
    if (before === undefined || before.author === message.author) return []
    if (message.author === 'customer') {
      return [{ kind: 'customer', at: message.at, since: before.at }]
    }
    const answered = people.slice(0, index).findLastIndex(({ author }) => author === 'agent')
    const since = people[answered + 1]?.at ?? before.at
    return [{ kind: index === firstOfAgent ? 'first' : 'agent', at: message.at, since }]
  })
}

/** The last of them who is no bot is the customer. */
function isUnanswered(messages: readonly MessageRecord[], before: Instant): boolean {
  return unansweredSince(messages, before) !== null
}

/** The first of the messages that nobody has answered is not too old to be waited for. */
function isAwaited(messages: readonly MessageRecord[], before: Instant): boolean {
  const since = unansweredSince(messages, before)
  return since !== null && before - since <= unansweredMsMax
}

/** When the first customer message was written that no agent has answered; null: none waits. */
function unansweredSince(messages: readonly MessageRecord[], before: Instant): Instant | null {
  const people = messages.filter(({ at, author }) => at < before && author !== 'bot')
  const answered = people.findLastIndex(({ author }) => author === 'agent')
  return people[answered + 1]?.at ?? null
}
