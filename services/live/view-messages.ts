import type { LiveState } from './live-state.ts'
import type { StateAnswers } from './state-answers.ts'
import type { StateView } from './state-view.ts'
import { createStreamMessage, type StreamMessage } from './stream-message.ts'
import type { Followed } from './stream-readers.ts'

/** A message says as of when it holds, so it does not keep, be it that nothing changes. */
const messageKeptMs = 500

/** Readers who come together get the same snapshot, and then what has changed: thousands of agents are a long text. */
const snapshotKeptMs = 2_000

/** The messages of one view. Each is made once for all readers who stand at the same place. */
export function createViewMessages(
  state: LiveState,
  answers: StateAnswers,
  view: StateView,
): Followed {
  const changes = createKept<number, StreamMessage | 'nothing' | null>(messageKeptMs)
  const freshness = createKept<number, StreamMessage>(messageKeptMs)
  const snapshots = createKept<'newest', ReturnType<Followed['snapshot']>>(snapshotKeptMs)
  let madeFor = -1

  function message(event: string, sequence: number, data: Iterable<string>): StreamMessage {
    return createStreamMessage(event, answers.eventId(view, sequence), [...data])
  }

  return {
    sequence: () => state.current().sequence,
    sequenceOf: (eventId) => answers.sequenceOf(view, eventId),
    snapshot() {
      const kept = snapshots.get('newest', newSnapshot)
      return changesSince(kept.sequence) === null ? newSnapshot() : kept
    },
    changesSince,
    freshness: (sequence) =>
      freshness.get(sequence, () =>
        message('freshness', sequence, [JSON.stringify(answers.held())]),
      ),
  }

  function newSnapshot(): ReturnType<Followed['snapshot']> {
    const { sequence } = state.current()
    return { sequence, message: message('snapshot', sequence, answers.whole(view)) }
  }

  function changesSince(since: number): StreamMessage | 'nothing' | null {
    const { sequence } = state.current()
    if (sequence !== madeFor) {
      changes.clear()
      snapshots.forgetOld()
    }
    madeFor = sequence
    return changes.get(since, () => {
      const told = answers.changesSince(view, since)
      if (told === null) return null
      if (told === '') return 'nothing'
      return message('changes', sequence, [told])
    })
  }
}

interface Kept<Key, T> {
  get(key: Key, make: () => T): T
  /** Forgets what is there for too long, though nobody asks. */
  forgetOld(): void
  clear(): void
}

/**
 * Remembers what it has made, all of it for so long and no longer. A map that is cleared refers from its old table to its new one, so
 * that what has been in it grows old with it, as garbage: hence a new map.
 */
function createKept<Key, T>(keptMs: number): Kept<Key, T> {
  let made = new Map<Key, T>()
  let madeAt = 0

  function clear(): void {
    if (made.size > 0) made = new Map()
  }

  function forgetOld(): void {
    if (Date.now() - madeAt > keptMs) clear()
  }

  return {
    get(key, make) {
      forgetOld()
      if (made.size === 0) madeAt = Date.now()
      let one = made.get(key)
      if (one === undefined) made.set(key, (one = make()))
      return one
    },
    forgetOld,
    clear,
  }
}
