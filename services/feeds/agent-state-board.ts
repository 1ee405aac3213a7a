import { CodecError } from '../../schemas/avro/codec-error.ts'
import { decodeFeedRecord, type AgentState } from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { startFollowing } from '../live/following.ts'
import { encodePosition } from '../live/position.ts'
import type { EventLog, LogRecord, Shard } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'

/** A state, and the offset at which its partition of the feed goes on after it. */
export interface PlacedState extends AgentState {
  readonly partition: number
  readonly offset: number
}

/** Whether everybody's state can be told; if not, why, and when to ask again. */
export type Readiness =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: string; readonly retryAfterSeconds: number }

export interface BoardFreshness {
  /** Up to when everything is told, in the partition that is farthest behind; null: one has told nothing yet. */
  readonly toldUntil: Instant | null
  /** Records of the feed that are not read yet. */
  readonly lagRecords: number
  readonly reading: boolean
}

/** The newest state of every agent for every target, as the feed tells them. Every process that shows or sends them reads the feed itself. */
export interface AgentStateBoard {
  targets(): readonly string[]
  /** By agent; empty where nothing was told for the target. */
  newest(target: string): ReadonlyMap<string, PlacedState>
  /** By partition, the offset up to which it is read. */
  offsets(): readonly number[]
  /** The same as one word. */
  position(): string
  epoch(): number
  isCaughtUp(): boolean
  readiness(): Readiness
  /** By target, who is logged on and told by the fallback, because no rule of the mapping maps him; null: not ready. */
  unmapped(): readonly { readonly target: string; readonly agents: ReadonlySet<string> }[] | null
  freshness(): BoardFreshness
  /** Hears of what is new once it has caught up, and of that with nothing. Answers how to hear no more. */
  onChange(listener: (changes: readonly PlacedState[]) => void): () => void
  close(): Promise<void>
}

export interface BoardOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  /** Older than that, what was told last may not be what is. */
  readonly behindMaxMs?: number
}

const topic = 'ledgerline.agent-states'

/** A tick comes once a minute. */
const usualBehindMaxMs = 150_000

export function openAgentStateBoard(options: BoardOptions): AgentStateBoard {
  const { log, clock, logger, behindMaxMs = usualBehindMaxMs } = options
  const partitions = log.partitions(topic)
  const epoch = log.epoch(topic)
  let byTarget = new Map<string, Map<string, PlacedState>>()
  let offsets = Array.from({ length: partitions }, () => 0)
  let told = Array.from({ length: partitions }, (): Instant => 0)
  const listeners = new Set<(changes: readonly PlacedState[]) => void>()

  function hear({ partition }: Shard, { offset, value }: LogRecord): PlacedState | null {
    offsets[partition] = offset + 1
    const record = decoded(value)
    if (record === null) return null
    if (record.kind === 'told') {
      told[partition] = Math.max(told[partition] ?? 0, record.told.until)
      return null
    }
    const { target, agent, sequence } = record.state
    const own = byTarget.get(target) ?? new Map<string, PlacedState>()
    byTarget.set(target, own)
    if ((own.get(agent)?.sequence ?? 0) >= sequence) return null
    const placed = { ...record.state, partition, offset: offset + 1 }
    own.set(agent, placed)
    return placed
  }

  function decoded(value: Uint8Array) {
    try {
      return decodeFeedRecord(value)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      logger.error({ topic, reason: error.code }, 'record of the feed left out: it is none')
      return null
    }
  }

  function tell(changes: readonly PlacedState[]): void {
    for (const listener of listeners) listener(changes)
  }

  const following = startFollowing({
    ...{ log, clock, logger, topics: [topic] },
    position: ({ partition }) => offsets[partition] ?? 0,
    forget() {
      byTarget = new Map()
      offsets = offsets.map(() => 0)
      told = told.map(() => 0)
    },
    caughtUp: () => tell([]),
    take(shard, records) {
      const changes = records.flatMap((record) => hear(shard, record) ?? [])
      if (following.isCaughtUp() && changes.length > 0) tell(changes)
      return Promise.resolve()
    },
  })

  function freshness(): BoardFreshness {
    const ends = following.ends().get(topic) ?? []
    const least = Math.min(...told)
    return {
      toldUntil: least === 0 ? null : least,
      lagRecords: ends.reduce((sum, end, at) => sum + Math.max(0, end - (offsets[at] ?? 0)), 0),
      reading: following.isFollowing(),
    }
  }

  function readiness(): Readiness {
    const { toldUntil, reading } = freshness()
    if (!following.isCaughtUp()) return notReady('the feed is still being read', 2)
    if (!reading) return notReady('the log cannot be read', 5)
    if (toldUntil === null) return notReady('not every part of the feed has told how far it is', 15)
    const behindMs = clock.now() - toldUntil
    if (behindMs <= behindMaxMs) return { isReady: true }
    return notReady(`the projections are ${Math.round(behindMs / 1000)} s behind`, 15)
  }

  return {
    targets: () => [...byTarget.keys()].sort(),
    newest: (target) => byTarget.get(target) ?? new Map<string, PlacedState>(),
    offsets: () => [...offsets],
    position: () =>
      encodePosition(
        offsets.map((nextOffset, partition) => ({ topic, partition, epoch, nextOffset })),
      ),
    epoch: () => epoch,
    isCaughtUp: () => following.isCaughtUp(),
    readiness,
    unmapped() {
      if (!readiness().isReady) return null
      return [...byTarget].map(([target, states]) => {
        const unmapped = [...states.values()].filter(
          ({ state, rules }) => state.loggedOn && rules.length === 0,
        )
        return { target, agents: new Set(unmapped.map(({ agent }) => agent)) }
      })
    },
    freshness,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => following.close(),
  }
}

function notReady(reason: string, retryAfterSeconds: number): Readiness {
  return { isReady: false, reason, retryAfterSeconds }
}
