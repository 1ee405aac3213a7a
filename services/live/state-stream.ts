import type { FilteredViews } from './filtered-views.ts'
import type { LiveState } from './live-state.ts'
import type { StateAnswers } from './state-answers.ts'
import type { StateFilter } from './state-filter.ts'
import type { StateView } from './state-view.ts'
import type { StreamConnection } from './stream-connection.ts'
import type { StreamMessage } from './stream-message.ts'
import { createViewMessages, type ViewMessages } from './view-messages.ts'

/** The state and its changes, for any number of readers at once, on whatever road they have come. */
export interface StateStream {
  /** Begins with the whole, or after `lastEventId` if what came since is still known, and goes on until one side ends. */
  open(connection: StreamConnection, filter: StateFilter, lastEventId: string | undefined): void
  readonly readersCount: number
  /** Ends every reader's stream; they come back when there is a server again. */
  close(): void
}

interface Reader {
  readonly connection: StreamConnection
  readonly messages: ViewMessages
  /** The last change that he has been told, or that was nothing to him; null: nothing yet. */
  sequence: number | null
  /** His connection takes no more at the moment. What happens meanwhile is not kept: he gets the difference later. */
  isFull: boolean
}

/** So often a reader hears how fresh the state is, be it that nothing happens. */
const freshnessMs = 2_000

const heartbeatMs = 15_000

export function createStateStream(
  state: LiveState,
  answers: StateAnswers,
  views: FilteredViews,
): StateStream {
  const readers = new Set<Reader>()
  const messagesOf = new WeakMap<StateView, ViewMessages>()

  const stopListening = state.onChange(() => readers.forEach(bringUpToDate))
  const freshness = setInterval(() => readers.forEach(tellFreshness), freshnessMs)
  const heartbeat = setInterval(() => readers.forEach(beat), heartbeatMs)

  function messagesFor(filter: StateFilter): ViewMessages {
    const view = views.of(filter)
    let messages = messagesOf.get(view)
    if (messages === undefined) {
      messagesOf.set(view, (messages = createViewMessages(state, answers, view)))
    }
    return messages
  }

  function open(
    connection: StreamConnection,
    filter: StateFilter,
    lastEventId: string | undefined,
  ): void {
    const messages = messagesFor(filter)
    const sequence = lastEventId === undefined ? null : messages.sequenceOf(lastEventId)
    const reader: Reader = { connection, messages, sequence, isFull: false }
    connection.onEnd(() => readers.delete(reader))
    connection.onDrain(() => {
      reader.isFull = false
      bringUpToDate(reader)
    })
    readers.add(reader)
    bringUpToDate(reader)
  }

  function bringUpToDate(reader: Reader): void {
    if (reader.isFull) return
    const { sequence } = state.current()
    if (reader.sequence === sequence) return
    const changes = reader.sequence === null ? null : reader.messages.changesSince(reader.sequence)
    if (changes === null) {
      const snapshot = reader.messages.snapshot()
      reader.sequence = snapshot.sequence
      send(reader, snapshot.message)
      // It may be a moment old: readers who come together get the same.
      bringUpToDate(reader)
    } else {
      reader.sequence = sequence
      if (changes !== 'nothing') send(reader, changes)
    }
  }

  /** Tells it to whoever has heard all there is. A reader who is full hears it later. */
  function tellFreshness(reader: Reader): void {
    bringUpToDate(reader)
    if (reader.isFull || reader.sequence === null) return
    send(reader, reader.messages.freshness(reader.sequence))
  }

  function beat(reader: Reader): void {
    if (!reader.isFull && !reader.connection.beat()) reader.isFull = true
  }

  function send(reader: Reader, message: StreamMessage): void {
    if (!reader.connection.write(message)) reader.isFull = true
  }

  return {
    open,
    get readersCount() {
      return readers.size
    },
    close() {
      stopListening()
      clearInterval(freshness)
      clearInterval(heartbeat)
      for (const { connection } of readers) connection.end()
    },
  }
}
