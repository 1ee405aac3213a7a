import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type { Chronicle } from '../model/chronicle.ts'
import { conversationColumns } from './conversation-columns.ts'
import { cutConversations, type CutConversation } from './cut-conversations.ts'
import { intervalAt } from './interval.ts'
import { isAllZero, type ConversationKey, type ConversationRow } from './row.ts'
import { createSlots } from './slots.ts'

export function conversationRows(
  chronicle: Chronicle,
  asOf: Instant,
  window: Span,
): readonly ConversationRow[] {
  const slots = createSlots<ConversationKey & { readonly workspace: string }, CutConversation[]>(
    window,
    () => [],
  )
  for (const conversation of cutConversations(chronicle, asOf)) {
    const { workspace, channel, queue, from, to } = conversation
    slots.put({ workspace, channel, queue }, from, to ?? asOf, (all) => all.push(conversation))
  }
  const rows: ConversationRow[] = []
  for (const { key, start, content } of slots.entries()) {
    const values = conversationColumns(content, intervalAt(start, asOf))
    if (!isAllZero(values)) rows.push({ ...key, interval_start: start, ...values })
  }
  return rows
}
