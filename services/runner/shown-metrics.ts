import type { EventLog } from '../log/log.ts'
import type { Metrics } from '../runtime/metrics.ts'
import type { Runner } from './runner.ts'

/** How far the tables are behind the ledger, shard by shard. */
export async function showShards(metrics: Metrics, runner: Runner, log: EventLog): Promise<void> {
  for (const { topic, partition, nextOffset, tick, entitiesCount } of runner.progress()) {
    const labels = { topic, partition }
    const end = (await log.end(topic))[partition] ?? nextOffset
    metrics.shardLagRecords.set(labels, Math.max(0, end - nextOffset))
    metrics.shardAsOfSeconds.set(labels, tick / 1000)
    metrics.shardEntities.set(labels, entitiesCount)
  }
}
