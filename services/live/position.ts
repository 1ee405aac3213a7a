import { z } from 'zod'
import type { Shard } from '../log/log.ts'

/** How far each shard has been read. */
export interface ShardPosition extends Shard {
  readonly epoch: number
  readonly nextOffset: number
}

/** A place in the whole ledger as one word that others keep and give back, and look into at their own risk. */
export function encodePosition(shards: readonly ShardPosition[]): string {
  const topics: Record<string, number[]> = {}
  for (const { topic, partition, epoch, nextOffset } of shards) {
    const numbers = (topics[topic.replace(prefix, '')] ??= [epoch])
    numbers[partition + 1] = nextOffset
  }
  return Buffer.from(JSON.stringify([version, topics])).toString('base64url')
}

/** By `topic/partition` the next offset; null for a word that this version does not understand. */
export function decodePosition(word: string): ReadonlyMap<string, number> | null {
  const read = vector.safeParse(parsed(Buffer.from(word, 'base64url').toString()))
  if (!read.success) return null
  return new Map(
    Object.entries(read.data[1]).flatMap(([topic, [, ...offsets]]) =>
      offsets.map((offset, partition) => [`${prefix}${topic}/${partition}`, offset] as const),
    ),
  )
}

const version = 1
const prefix = 'ledgerline.'
const vector = z.tuple([z.literal(version), z.record(z.string(), z.array(z.int()).min(1))])

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
