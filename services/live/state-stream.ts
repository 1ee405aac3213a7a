import type { Clock } from '../runtime/clock.ts'
import { createFilteredViews } from './filtered-views.ts'
import type { LiveState } from './live-state.ts'
import { createStateAnswers } from './state-answers.ts'
import type { StateFilter } from './state-filter.ts'
import type { StateView } from './state-view.ts'
import type { StreamConnection } from './stream-connection.ts'
import { createStreamReaders, type Followed } from './stream-readers.ts'
import { createViewMessages } from './view-messages.ts'

/** The state and its changes, for any number of readers at once, on whatever road they have come. */
export interface StateStream {
  /** Begins with the whole, or after `lastEventId` if what came since is still known, and goes on until one side ends. */
  open(connection: StreamConnection, filter: StateFilter, lastEventId: string | undefined): void
  readonly readersCount: number
  /** Ends every reader's stream; they come back when there is a server again. */
  close(): void
}

export function createStateStream(state: LiveState, clock: Clock): StateStream {
  const told = { ...state, ...state.told }
  const answers = createStateAnswers(told, clock)
  const views = createFilteredViews(told)
  const readers = createStreamReaders()
  const messagesOf = new WeakMap<StateView, Followed>()
  const stopListening = state.onChange(() => readers.bringUpToDate())

  function messagesFor(filter: StateFilter): Followed {
    const view = views.of(filter)
    let messages = messagesOf.get(view)
    if (messages === undefined) {
      messagesOf.set(view, (messages = createViewMessages(told, answers, view)))
    }
    return messages
  }

  return {
    open: (connection, filter, lastEventId) =>
      readers.open(connection, messagesFor(filter), lastEventId),
    get readersCount() {
      return readers.count
    },
    close() {
      stopListening()
      readers.close()
    },
  }
}
