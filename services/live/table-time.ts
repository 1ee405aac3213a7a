import type { Instant } from '../../schemas/events/instant.ts'
import { tickedTopics } from '../log/topics.ts'
import type { TableProgress } from './routes.ts'

/** The time that all rows are as of at the least, by the shards that write them; null where it is not known. */
export function completeUpTo(progress: readonly TableProgress[]): Instant | null {
  const ticks = progress
    .filter(({ topic }) => tickedTopics.some((ticked) => ticked === topic))
    .map(({ tick }) => tick)
  return ticks.length === 0 || ticks.includes(0) ? null : Math.min(...ticks)
}
