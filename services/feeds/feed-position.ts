import { decodePosition, encodePosition } from '../live/position.ts'
import type { AgentStateBoard } from './agent-state-board.ts'

const topic = 'ledgerline.agent-states' as const

/** By partition, the offsets in a position; null: it is none of this feed as it is now. */
export function offsetsIn(
  word: string,
  board: Pick<AgentStateBoard, 'offsets' | 'epoch'>,
): readonly number[] | null {
  const places = decodePosition(word)
  if (places === null) return null
  const now = board.offsets()
  const offsets = now.map((_, partition) => places.get(`${topic}/${partition}`) ?? Infinity)
  if (offsets.some((offset, partition) => offset > (now[partition] ?? 0))) return null
  const epoch = board.epoch()
  const shards = offsets.map((nextOffset, partition) => ({ topic, partition, epoch, nextOffset }))
  // A word of another life of the topic has other places in it that look alike.
  return encodePosition(shards) === word ? offsets : null
}
