import type { Instant } from '../../schemas/events/instant.ts'
import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { Ends } from './following.ts'
import type { Newest, ShardReading } from './shard-reading.ts'

type Reading = Pick<ShardReading, 'topic' | 'partition' | 'nextOffset' | 'tick' | 'newest'>

/** How fresh the whole is: as fresh as the part that is farthest behind, and as what came last of each source. */
export function freshnessOf(readings: readonly Reading[], ends: Ends): Omit<Freshness, 'reading'> {
  const shards = readings.map((reading) => shardFreshness(reading, ends))
  const sources = new Map<string, Newest>()
  for (const { newest } of readings) {
    for (const [source, one] of newest) {
      const known = sources.get(source)
      sources.set(source, {
        happenedAt: Math.max(known?.happenedAt ?? 0, one.happenedAt),
        receivedAt: Math.max(known?.receivedAt ?? 0, one.receivedAt),
      })
    }
  }
  const lags = shards.map(({ lagRecords }) => lagRecords)
  return {
    lagRecords: lags.every((lag) => lag !== null) ? lags.reduce((sum, lag) => sum + lag, 0) : null,
    tick: least(shards.flatMap(({ tick }) => tick ?? [])),
    newestHappenedAt: greatest(shards.flatMap(({ newestHappenedAt }) => newestHappenedAt ?? [])),
    newestReceivedAt: greatest(shards.flatMap(({ newestReceivedAt }) => newestReceivedAt ?? [])),
    sources: [...sources]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([source, { happenedAt, receivedAt }]) => ({
        source,
        newestHappenedAt: happenedAt,
        newestReceivedAt: receivedAt,
      })),
  }
}

export function shardFreshness(reading: Reading, ends: Ends): ShardFreshness {
  const { topic, partition, nextOffset, tick, newest } = reading
  const end = ends.get(topic)?.[partition]
  const all = [...newest.values()]
  return {
    topic,
    partition,
    nextOffset,
    lagRecords: end === undefined ? null : Math.max(0, end - nextOffset),
    tick,
    newestHappenedAt: greatest(all.map(({ happenedAt }) => happenedAt)),
    newestReceivedAt: greatest(all.map(({ receivedAt }) => receivedAt)),
  }
}

function greatest(instants: readonly Instant[]): Instant | null {
  return instants.length === 0 ? null : Math.max(...instants)
}

function least(instants: readonly Instant[]): Instant | null {
  return instants.length === 0 ? null : Math.min(...instants)
}
