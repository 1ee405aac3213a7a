import type { Chronicle } from '../model/chronicle.ts'
import { conversationColumns } from './conversation-columns.ts'
import { cutConversations, type CutConversation } from './cut-conversations.ts'
import type { Window } from './interval.ts'
import { isAllZero, type ConversationKey, type ConversationRow } from './row.ts'
import { createSlots } from './slots.ts'

export function conversationRows(chronicle: Chronicle, window: Window): readonly ConversationRow[] {
  const { asOf } = window
  const slots = createSlots<ConversationKey & { readonly workspace: string }, CutConversation[]>(
    window,
    () => [],
  )
  for (const conversation of cutConversations(chronicle, asOf)) {
    const { workspace, channel, queue, from, to } = conversation
    slots.put({ workspace, channel, queue }, from, to ?? asOf, (all) => all.push(conversation))
  }
  const rows: ConversationRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    const values = conversationColumns(content, interval)
    if (!isAllZero(values)) rows.push({ ...key, interval_start: interval.start, ...values })
  }
  return rows
}
