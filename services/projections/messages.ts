import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ConversationStory } from './conversation-story.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { Timeline } from './timeline.ts'

/** One row a message of a conversation: who wrote it, what it answered, what became of it. */
export function messages(story: ConversationStory, events: Timeline): readonly OwnRow[] {
  const later = byMessage(events)
  return story.said.flatMap(({ event, author, worker, task, answers }, place) => {
    if (event.message === null) return []
    const own = later.get(event.message) ?? []
    return [
      row(story, event.message, {
        place,
        task: task ?? '',
        agent: worker ?? '',
        channel: story.channel,
        queue: story.queue,
        author,
        sent_at: event.at,
        answers_at: answers,
        ...fateOf(own),
      }),
    ]
  })
}

/** One row a message that is of no conversation, such as a notice sent by SMS or an answer to it. */
export function loneMessages(events: Timeline): readonly OwnRow[] {
  return [...byMessage(events.filter(({ conversation }) => conversation === null))].flatMap(
    ([message, own]) => {
      const [first] = own
      if (first === undefined) return []
      const written = own.find(({ type }) => type === 'message.added')
      return [
        row({ workspace: first.workspace, conversation: '' }, message, {
          place: 0,
          task: '',
          agent: '',
          channel: own.find(({ channel }) => channel !== null)?.channel ?? 'unknown',
          queue: '',
          author: written?.author ?? 'bot',
          sent_at: (written ?? first).at,
          answers_at: null,
          ...fateOf(own),
        }),
      ]
    },
  )
}

function row(
  { workspace, conversation }: Pick<ConversationStory, 'workspace' | 'conversation'>,
  message: string,
  values: OwnRow['values'],
): OwnRow {
  return { table: 'messages', key: { workspace, conversation, message }, values }
}

function byMessage(events: Timeline): ReadonlyMap<string, LedgerEvent[]> {
  const groups = new Map<string, LedgerEvent[]>()
  for (const event of events) {
    if (event.message === null || !event.type.startsWith('message.')) continue
    const own = groups.get(event.message)
    if (own === undefined) groups.set(event.message, [event])
    else own.push(event)
  }
  return groups
}

/** Carriers' reports come in any order, so the furthest that a message has come is what counts. */
const statuses = [
  'accepted',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'partially_delivered',
  'delivered',
  'read',
  'received',
  'undelivered',
  'failed',
  'canceled',
]

function fateOf(own: readonly LedgerEvent[]): OwnRow['values'] {
  const reports = own.filter(({ type }) => type === 'message.status')
  const rank = ({ status }: LedgerEvent) => statuses.indexOf(status ?? '')
  const furthest = reports.reduce<LedgerEvent | null>(
    (best, report) => (best === null || rank(report) > rank(best) ? report : best),
    null,
  )
  const at = (status: string) => reports.find((report) => report.status === status)?.at ?? null
  return {
    status: furthest?.status ?? '',
    delivered_at: at('delivered') ?? at('read'),
    read_at: at('read'),
    failed_at: at('undelivered') ?? at('failed'),
    reason: furthest?.reason ?? '',
    is_removed: own.some(({ type }) => type === 'message.removed'),
    ...receiptColumns(receiptOf(own)),
  }
}
