import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StreamConnection } from './stream-connection.ts'
import type { StreamMessage } from './stream-message.ts'

/** What readers follow who want the same. It has a number, which grows when there is something to tell. */
export interface Followed {
  /** The number that it has now; null: nothing can be told yet. */
  sequence(): number | null
  /** Where somebody stands who comes back with the id of an event; null: nobody knows. */
  sequenceOf(eventId: string): number | null
  /** The whole as it is, or was a moment ago. Asked for only where there is a number. */
  snapshot(): { readonly message: StreamMessage; readonly sequence: number }
  /** What is new for whoever stands there; null: it cannot be told. */
  changesSince(sequence: number): StreamMessage | 'nothing' | null
  /** How fresh it is, for whoever stands there. */
  freshness(sequence: number): StreamMessage
}

/** Any number of readers at once, on whatever road they have come: each gets the whole, then what changes. */
export interface StreamReaders {
  /** Begins with the whole, or after `lastEventId` if what came since is still known, and goes on until one side ends. */
  open(connection: StreamConnection, followed: Followed, lastEventId: string | undefined): void
  /** Tells everybody what is new for him, so many at a time; resolves when all have been told. */
  bringUpToDate(): Promise<void>
  readonly count: number
  /** Ends every reader's stream; they come back when there is a server again. */
  close(): void
}

interface Reader {
  readonly connection: StreamConnection
  readonly followed: Followed
  /** The last change that he has been told, or that was nothing to him; null: nothing yet. */
  sequence: number | null
  /** His connection takes no more at the moment. What happens meanwhile is not kept: he gets the difference later. */
  isFull: boolean
  /** When he was told something last. */
  toldAt: number
}

/** After so long a reader hears how fresh it is, be it that nothing happens; everything else that he is told says so too. */
const freshnessMs = 2_000

/** So often it is looked who has waited long enough, so that a thousand readers need not all be told in one turn. */
const freshnessLookMs = 200

const heartbeatMs = 15_000

/** So many are told in one turn of the event loop: to write to a thousand takes longer than anybody should wait for his turn. */
const readersAtOnce = 100

export function createStreamReaders(): StreamReaders {
  const readers = new Set<Reader>()
  const freshness = setInterval(() => readers.forEach(tellFreshness), freshnessLookMs)
  const heartbeat = setInterval(() => readers.forEach(beat), heartbeatMs)

  function open(
    connection: StreamConnection,
    followed: Followed,
    lastEventId: string | undefined,
  ): void {
    const sequence = lastEventId === undefined ? null : followed.sequenceOf(lastEventId)
    const reader: Reader = { connection, followed, sequence, isFull: false, toldAt: Date.now() }
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
    const { followed } = reader
    const sequence = followed.sequence()
    if (sequence === null || reader.sequence === sequence) return
    const changes = reader.sequence === null ? null : followed.changesSince(reader.sequence)
    if (changes === null) {
      const snapshot = followed.snapshot()
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
    if (Date.now() - reader.toldAt < freshnessMs) return
    bringUpToDate(reader)
    if (reader.isFull || reader.sequence === null) return
    send(reader, reader.followed.freshness(reader.sequence))
  }

  function beat(reader: Reader): void {
    if (!reader.isFull && !reader.connection.beat()) reader.isFull = true
  }

  function send(reader: Reader, message: StreamMessage): void {
    reader.toldAt = Date.now()
    if (!reader.connection.write(message)) reader.isFull = true
  }

  async function bringAllUpToDate(): Promise<void> {
    let count = 0
    for (const reader of readers) {
      bringUpToDate(reader)
      if (++count % readersAtOnce === 0) await nextTurn()
    }
  }

  return {
    open,
    bringUpToDate: bringAllUpToDate,
    get count() {
      return readers.size
    },
    close() {
      clearInterval(freshness)
      clearInterval(heartbeat)
      for (const { connection } of readers) connection.end()
      readers.clear()
    },
  }
}
