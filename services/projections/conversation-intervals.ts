import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Author } from '../../schemas/events/ledger-event.ts'
import { unansweredMsMax } from '../../schemas/metrics/conversations.ts'
import { createCells, type Cell } from './cells.ts'
import type { ConversationStory, Said } from './conversation-story.ts'
import { stockIntervals } from './stocks.ts'

const messagesMetric: Record<Author, string> = {
  customer: 'messages_customer_count',
  agent: 'messages_agent_count',
  bot: 'messages_bot_count',
}

/** One conversation's part in `conversation_intervals`: section 10 of the dictionary. */
export function conversationIntervals(
  story: ConversationStory,
  asOf: Instant,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  const dimensions = { channel: story.channel, queue: story.queue }
  const add = (at: Instant, metric: string, amount = 1) => cells.add(at, dimensions, metric, amount)

  add(story.started, 'conversations_started_count')
  for (const { event, author, answers } of story.said) {
    add(event.at, messagesMetric[author])
    if (answers === null) continue
    add(event.at, `${author}_response_count`)
    add(event.at, `${author}_response_ms`, event.at - answers)
  }
  const first = firstResponse(story.said)
  if (first !== null) {
    add(first.at, 'first_response_count')
    add(first.at, 'first_response_ms', first.waitedMs)
  }
  for (const span of unanswered(story)) {
    for (const start of stockIntervals(span, asOf, intervalMs)) {
      const end = Math.min(start + intervalMs, asOf)
      if (span.from < end && span.to >= end) add(start, 'awaiting_agent_eoi_count')
    }
  }
  if (story.ended === null) return cells.all

  add(story.ended, 'conversations_ended_count')
  add(story.ended, 'conversation_wce_ms', Math.max(0, story.ended - story.started))
  if (story.awaitingSince !== null) add(story.ended, 'ended_unanswered_count')
  if (isContained(story)) add(story.ended, 'conversations_contained_count')
  return cells.all
}

/** At the conversation's first agent message, if a customer wrote before it. */
export function firstResponse(
  said: readonly Said[],
): { readonly at: Instant; readonly waitedMs: number } | null {
  const answer = said.find(({ author }) => author === 'agent')
  if (answer?.answers == null) return null
  return { at: answer.event.at, waitedMs: answer.event.at - answer.answers }
}

/** It came to its end without work for an agent. */
export function isContained({ ended, tasks, said }: ConversationStory): boolean {
  return ended !== null && tasks.length === 0 && said.every(({ author }) => author !== 'agent')
}

/**
 * The stretches in which a customer waits for an agent's answer; the end of the conversation ends the last. Who has waited
 * for longer than counts does not wait any more: else whatever nobody closes would be a backlog for ever.
 */
function unanswered({ said, awaitingSince, ended }: ConversationStory): readonly Span[] {
  const waits = said.flatMap(({ event, author, answers }) =>
    author === 'agent' && answers !== null ? [{ from: answers, to: event.at }] : [],
  )
  if (awaitingSince !== null) waits.push({ from: awaitingSince, to: ended ?? Infinity })
  return waits.map(({ from, to }) => ({ from, to: Math.min(to, from + unansweredMsMax) }))
}
