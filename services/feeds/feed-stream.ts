import type { AgentState } from '../../schemas/avro/agent-state.ts'
import type { StreamConnection } from '../live/stream-connection.ts'
import { createStreamMessage } from '../live/stream-message.ts'
import type { Clock } from '../runtime/clock.ts'
import type { PlacedState } from './agent-state-board.ts'
import type { Feeds } from './feeds.ts'
import { placeOf, shownState } from './shown-states.ts'

/** What a reader wants of the feed. */
export interface FeedWish {
  readonly target: string
  /** Whether he wants to hear of an agent. */
  readonly wants: (agent: string) => boolean
  /** By partition, the offset from which on he has not heard; null: he wants everybody first. */
  readonly heardTo: readonly number[] | null
  /** Of the past, each change that he wants before all else, in parts. */
  readonly past: AsyncIterable<readonly AgentState[]> | null
}

/** The feed for any number of readers at once, on whatever road they have come. */
export interface FeedStream {
  open(connection: StreamConnection, wish: FeedWish): void
  readonly readersCount: number
  close(): void
}

interface Reader {
  readonly connection: StreamConnection
  readonly wish: FeedWish
  /** The newest state of each agent that he has not been told; what was before it he never hears. */
  readonly waiting: Map<string, AgentState>
  isFull: boolean
  /** He is still told of the past, or waits for everybody. */
  isBehind: boolean
  wake: () => void
}

/** What changes within so long goes out together. */
const windowMs = 250
const readyEveryMs = 2_000
const beatMs = 15_000
const heartbeatMs = 60_000

export function createFeedStream({ board, mayTell }: Feeds, clock: Clock): FeedStream {
  const readers = new Set<Reader>()
  let timer: NodeJS.Timeout | null = null

  const stopListening = board.onChange((changes) => {
    for (const change of changes) for (const reader of readers) hear(reader, change)
    timer ??= setTimeout(tellAll, windowMs)
  })
  const beating = setInterval(() => readers.forEach(beat), beatMs)
  const heartbeats = setInterval(() => readers.forEach(tellHeartbeat), heartbeatMs)
  const readying = setInterval(() => readers.forEach((reader) => tellIfReady(reader)), readyEveryMs)

  function hear({ wish, waiting }: Reader, change: AgentState): void {
    if (change.target === wish.target && wish.wants(change.agent)) waiting.set(change.agent, change)
  }

  function tellAll(): void {
    timer = null
    readers.forEach(tellChanges)
  }

  function open(connection: StreamConnection, wish: FeedWish): void {
    const reader: Reader = {
      ...{ connection, wish, waiting: new Map(), isFull: false, isBehind: true },
      wake: () => undefined,
    }
    connection.onEnd(() => {
      readers.delete(reader)
      reader.wake()
    })
    connection.onDrain(() => {
      reader.isFull = false
      reader.wake()
      tellChanges(reader)
    })
    readers.add(reader)
    if (wish.past !== null) void tellPast(reader, wish.past)
    else if (wish.heardTo === null) tellIfReady(reader, true)
    else {
      const { heardTo } = wish
      const isNew = ({ partition, offset }: PlacedState) => offset > (heardTo[partition] ?? 0)
      for (const state of board.newest(wish.target).values()) if (isNew(state)) hear(reader, state)
      reader.isBehind = false
      tellChanges(reader)
    }
  }

  /** Each change of the past; what happens meanwhile waits. */
  async function tellPast(reader: Reader, past: AsyncIterable<readonly AgentState[]>) {
    try {
      for await (const states of past) {
        if (reader.isFull) await new Promise<void>((resolve) => (reader.wake = resolve))
        if (!readers.has(reader)) return
        const wanted = states.filter(
          ({ target, agent }) => target === reader.wish.target && reader.wish.wants(agent),
        )
        if (wanted.length > 0) send(reader, 'changes', { states: wanted.map(shownState) })
      }
      reader.isBehind = false
      tellChanges(reader)
    } catch {
      // The log is away: he comes back, and asks again from where he is.
      reader.connection.end()
    }
  }

  /** Everybody, once that can be said for sure. */
  function tellIfReady(reader: Reader, isFirst = false): void {
    const { wish, isBehind, isFull } = reader
    if (!isBehind || wish.past !== null || isFull) return
    const readiness = mayTell(wish.target)
    if (readiness.isReady) {
      const all = [...board.newest(wish.target).values()].filter(({ agent }) => wish.wants(agent))
      reader.waiting.clear()
      reader.isBehind = false
      send(reader, 'snapshot', { states: all.map(shownState) })
    } else if (isFirst) {
      const { reason, retryAfterSeconds } = readiness
      const data = { target: wish.target, at: clock.now(), reason, retryAfterSeconds }
      write(reader, 'waiting', '', data)
    }
  }

  function tellChanges(reader: Reader): void {
    const { waiting, isBehind, isFull } = reader
    if (isBehind || isFull || waiting.size === 0) return
    const states = [...waiting.values()].map(shownState)
    waiting.clear()
    send(reader, 'changes', { states })
  }

  function tellHeartbeat(reader: Reader): void {
    if (!reader.isBehind && !reader.isFull && reader.waiting.size === 0) {
      send(reader, 'heartbeat', {})
    }
  }

  function beat(reader: Reader): void {
    if (!reader.isFull && !reader.connection.beat()) reader.isFull = true
  }

  /** Its id is how far the feed is in what he has been told by then; while he hears of the past, he has to begin again. */
  function send(reader: Reader, event: string, data: object): void {
    const place = placeOf(board, reader.wish.target, clock.now())
    const id = reader.isBehind ? '' : place.position
    write(reader, event, id, { ...place, ...data })
  }

  function write(reader: Reader, event: string, id: string, data: object): void {
    const message = createStreamMessage(event, id, [JSON.stringify(data)])
    if (!reader.connection.write(message)) reader.isFull = true
  }

  return {
    open,
    get readersCount() {
      return readers.size
    },
    close() {
      stopListening()
      if (timer !== null) clearTimeout(timer)
      for (const each of [beating, heartbeats, readying]) clearInterval(each)
      for (const { connection } of readers) connection.end()
    },
  }
}
