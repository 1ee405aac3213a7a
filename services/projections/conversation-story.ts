import type { Instant } from '../../schemas/events/instant.ts'
import type { Author, LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { authorsIn } from './authors.ts'
import { firstOf } from './first-of.ts'
import type { KnownTask } from './known-tasks.ts'
import type { Timeline } from './timeline.ts'

/** A message as it was written, with what it answers. */
export interface Said {
  readonly event: LedgerEvent
  readonly author: Author
  readonly worker: string | null
  readonly task: string | null
  /** What it puts an end to: an agent's answer to the first customer message that waited, a customer's to the last of an agent. */
  readonly answers: Instant | null
}

/** All that one conversation's timeline says, worked out once for the tables that are made of it. */
export interface ConversationStory {
  readonly conversation: string
  readonly workspace: string
  readonly channel: string
  /** Of its first visit to a queue (U25); empty until that is known. */
  readonly queue: string
  readonly started: Instant
  readonly ended: Instant | null
  /** What ended it. */
  readonly end: LedgerEvent | null
  readonly endReason: string | null
  readonly said: readonly Said[]
  readonly tasks: readonly KnownTask[]
  /** The first unanswered customer message, while there is one. */
  readonly awaitingSince: Instant | null
}

/** Null where nobody has spoken of a conversation: a call has a timeline of the same kind. */
export function conversationStory(
  events: Timeline,
  tasks: readonly KnownTask[],
): ConversationStory | null {
  const own = events.filter(isOfConversation)
  const [first] = own
  if (first?.conversation == null) return null
  const end = own.find(({ type }) => type === 'conversation.ended')
  const { said, awaitingSince } = talkIn(events, tasks)
  return {
    conversation: first.conversation,
    workspace: tasks[0]?.workspace ?? first.workspace,
    channel:
      firstOf(tasks, ({ channel }) => channel) ??
      firstOf(own, ({ channel }) => channel) ??
      'unknown',
    queue: queueOf(tasks) ?? firstOf(own, ({ queue }) => queue) ?? '',
    started: own.find(({ type }) => type === 'conversation.started')?.at ?? first.at,
    ended: end?.at ?? null,
    end: end ?? null,
    endReason: end?.reason ?? null,
    said,
    tasks,
    awaitingSince,
  }
}

function isOfConversation({ type, conversation }: LedgerEvent): boolean {
  if (conversation === null) return false
  return (
    type.startsWith('conversation.') ||
    type.startsWith('participant.') ||
    type.startsWith('message.')
  )
}

/** By the task that was first to enter one, not by the one that was created first. */
function queueOf(tasks: readonly KnownTask[]): string | null {
  const [first] = tasks
    .filter(({ queued }) => queued !== null)
    .sort((a, b) => (a.queued?.at ?? 0) - (b.queued?.at ?? 0))
  return first?.queued?.queue ?? null
}

function talkIn(
  events: Timeline,
  tasks: readonly KnownTask[],
): Pick<ConversationStory, 'said' | 'awaitingSince'> {
  const authorOf = authorsIn(events, tasks)
  const said: Said[] = []
  let waiting: Instant | null = null
  let spoken: Instant | null = null
  const seen = new Set<string>()
  for (const event of events) {
    // Two sources may tell of one message, each with an id of its own for the event: the first holds.
    if (event.type !== 'message.added' || seen.has(event.message)) continue
    seen.add(event.message)
    const { author, worker } = authorOf(event)
    const answers = author === 'agent' ? waiting : author === 'customer' ? spoken : null
    said.push({ event, author, worker, task: taskAt(tasks, event.at), answers })
    if (author === 'agent') {
      waiting = null
      spoken = event.at
    }
    if (author === 'customer') {
      waiting ??= event.at
      spoken = null
    }
  }
  return { said, awaitingSince: waiting }
}

/** The task that a conversation is about at an instant: the latest by then, or the first that came. */
function taskAt(tasks: readonly KnownTask[], at: Instant): string | null {
  const task = tasks.findLast(({ created }) => created.at <= at) ?? tasks[0]
  return task?.task ?? null
}
