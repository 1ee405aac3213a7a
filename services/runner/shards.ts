import { join } from 'node:path'
import type { EventLog, Shard } from '../log/log.ts'
import { shardsOf } from '../log/shards.ts'
import { topics } from '../log/topics.ts'

/** The topics that are folded, or kept as they are, into tables: all but what could not be understood. */
export const readTopics = topics.filter((topic) => topic !== 'ledgerline.dead-letters')

export function readShards(log: EventLog): readonly Shard[] {
  return shardsOf(readTopics, (topic) => log.partitions(topic))
}

/** Where a shard keeps its memory. */
export function stateFile(folder: string, shard: Shard): string {
  return join(folder, `${shard.topic}-${shard.partition}.sqlite`)
}
