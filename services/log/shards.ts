import type { Shard } from './log.ts'
import type { Topic } from './topics.ts'

/** One name for each shard, for maps and log lines. */
export function nameOf(shard: Shard): string {
  return `${shard.topic}/${shard.partition}`
}

export function shardsOf(
  topics: readonly Topic[],
  partitions: (topic: Topic) => number,
): readonly Shard[] {
  return [...new Set(topics)].flatMap((topic) =>
    Array.from({ length: partitions(topic) }, (_, partition) => ({ topic, partition })),
  )
}
