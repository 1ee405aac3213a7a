import { CodecError, decodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { LogRecord, Shard } from '../log/log.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Arrived, LiveShard } from './live-shard.ts'
import type { PlacedMemory } from './state-file.ts'

export interface Newest {
  readonly happenedAt: Instant
  readonly receivedAt: Instant
}

/** How far one shard has been read, and what was heard there last. */
export interface ShardReading extends Shard {
  readonly epoch: number
  readonly nextOffset: number
  readonly tick: Instant | null
  /** By source, what happened last and what came last. */
  readonly newest: ReadonlyMap<string, Newest>
  take(records: readonly LogRecord[]): void
  /** Takes events that are of no place in the log, and forgets nothing. */
  takeEvents(arrivals: readonly Arrived[]): void
  sweep(): void
  memory(): PlacedMemory
}

type Timelines = Pick<LiveShard<unknown>, 'take' | 'sweep' | 'memory' | 'tick'>

export interface ShardReadingOptions {
  readonly shard: Shard
  readonly epoch: number
  readonly memory: PlacedMemory | undefined
  /** None for a shard whose events only tell names. */
  readonly timelines: Timelines | null
  /** Sees each event as it came. */
  readonly hear: (event: LedgerEvent) => void
  readonly slim: (event: LedgerEvent) => LedgerEvent
  readonly logger: Logger
}

const sweepAtOnce = 200

export function createShardReading(options: ShardReadingOptions): ShardReading {
  const { shard, epoch, timelines, hear, slim, logger } = options
  let nextOffset = options.memory?.nextOffset ?? 0
  const newest = new Map<string, Newest>(
    options.memory?.newest.map(([source, happenedAt, receivedAt]) => [
      source,
      { happenedAt, receivedAt },
    ]),
  )

  function take(records: readonly LogRecord[]): void {
    const fresh = records.filter(({ offset }) => offset >= nextOffset)
    const arrivals = fresh.flatMap((record) => {
      const event = eventOf(record)
      return event === null ? [] : [{ entity: record.key, event }]
    })
    takeEvents(arrivals)
    // As many as come may have to go; else a long past would be kept whole while it is read.
    timelines?.sweep(Math.max(sweepAtOnce, arrivals.length))
    nextOffset = (fresh.at(-1)?.offset ?? nextOffset - 1) + 1
  }

  function takeEvents(arrivals: readonly Arrived[]): void {
    for (const { event } of arrivals) {
      hear(event)
      note(event)
    }
    timelines?.take(
      arrivals.map(({ entity, event }) => ({ entity, event: isKept(event) ? slim(event) : event })),
    )
  }

  /** What is no event is set aside by the runner; here it is passed over. */
  function eventOf({ value, offset }: LogRecord): LedgerEvent | null {
    try {
      return decodeEvent(value)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      logger.debug({ ...shard, offset, reason: error.code }, 'record passed over: it is no event')
      return null
    }
  }

  function note({ source, road, at, receivedAt }: LedgerEvent): void {
    if (road === 'hub') return
    const before = newest.get(source)
    newest.set(source, {
      happenedAt: Math.max(before?.happenedAt ?? 0, at),
      receivedAt: Math.max(before?.receivedAt ?? 0, receivedAt),
    })
  }

  return {
    ...shard,
    epoch,
    newest,
    get nextOffset() {
      return nextOffset
    },
    get tick() {
      return timelines === null || timelines.tick === 0 ? null : timelines.tick
    },
    take,
    takeEvents,
    sweep: () => timelines?.sweep(sweepAtOnce),
    memory: () => ({
      ...shard,
      epoch,
      nextOffset,
      newest: [...newest].map(([source, { happenedAt, receivedAt }]) => [
        source,
        happenedAt,
        receivedAt,
      ]),
      memory: timelines?.memory() ?? noMemory,
    }),
  }
}

const noMemory = { time: 0, tick: 0, known: [], over: [], horizon: 0, entities: [] }

/** Definitions are in the attributes of their event. */
function isKept({ type }: LedgerEvent): boolean {
  return type !== 'definitions.set'
}
