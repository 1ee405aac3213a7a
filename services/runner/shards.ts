import { join } from 'node:path'
import type { EventLog, Shard } from '../log/log.ts'
import { topics } from '../log/topics.ts'

/** The topics that are folded, or kept as they are, into tables: all but what could not be understood. */
export const readTopics = topics.filter((topic) => topic !== 'ledgerline.dead-letters')

export function readShards(log: EventLog): readonly Shard[] {
  return readTopics.flatMap((topic) =>
    Array.from({ length: log.partitions(topic) }, (_, partition) => ({ topic, partition })),
  )
}

export function nameOf({ topic, partition }: Shard): string {
  return `${topic}/${partition}`
}

/** Where a shard keeps its memory. */
export function stateFile(folder: string, shard: Shard): string {
  return join(folder, `${shard.topic}-${shard.partition}.sqlite`)
}
