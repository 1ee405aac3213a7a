import { closedBy } from './closed-by.ts'
import { firstResponse, isContained } from './conversation-intervals.ts'
import type { ConversationStory, Said } from './conversation-story.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { Timeline } from './timeline.ts'

/** One row a conversation: how it went from its first word to its end. */
export function conversation(story: ConversationStory, events: Timeline): OwnRow {
  const { said, tasks } = story
  const count = (kind: Said['author']) => said.filter(({ author }) => author === kind).length
  const response = firstResponse(said)
  return {
    table: 'conversations',
    key: { workspace: story.workspace, conversation: story.conversation },
    values: {
      channel: story.channel,
      queue: story.queue,
      started_at: story.started,
      ended_at: story.ended,
      is_open: story.ended === null,
      closed_by: closedBy(story.end),
      end_reason: story.endReason ?? '',
      is_contained: isContained(story),
      awaiting_since: story.ended === null ? story.awaitingSince : null,
      ended_unanswered: story.ended !== null && story.awaitingSince !== null,
      first_response_at: response?.at ?? null,
      first_response_ms: response?.waitedMs ?? 0,
      messages_customer_count: count('customer'),
      messages_agent_count: count('agent'),
      messages_bot_count: count('bot'),
      tasks: tasks.map(({ task }) => task),
      ...receiptColumns(receiptOf(events)),
    },
  }
}
