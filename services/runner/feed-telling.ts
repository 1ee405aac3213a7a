import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog, Shard } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import { openAgentStateFeed, type AgentStateFeed } from './agent-state-feed.ts'
import type { ShardFold } from './shard-fold.ts'
import type { FeedCommit, ShardStore } from './shard-store.ts'

/** The adherence feed of a shard, from when it has caught up and somebody may be told in the words of a target. */
export interface FeedTelling {
  /** Tells what there is to tell of a fold that stands before a position, be it by time alone. */
  tell(fold: ShardFold, position: number): Promise<void>
  isTelling(): boolean
  /** There is something to commit. */
  hasTold(): boolean
  /** Null: it has not begun. */
  collect(): FeedCommit | null
}

/**
 * While a backlog is read nothing is told: what was is history, and only what is newest of each agent matters. Then all
 * who are open are held against what was told last; everybody, if nothing ever was.
 */
export function createFeedTelling(
  shard: Shard,
  { log, clock, store }: { log: EventLog; clock: Clock; store: ShardStore },
): FeedTelling {
  let feed: AgentStateFeed | null = null
  let toldUntil: Instant = 0
  let hasTold = false

  async function begun(fold: ShardFold, position: number): Promise<AgentStateFeed> {
    if (feed !== null) return feed
    const opened = await openAgentStateFeed(log, shard, store.feed())
    await fold.recall(position, opened.isNew)
    hasTold = true
    return (feed = opened)
  }

  return {
    async tell(fold, position) {
      const own = await begun(fold, position)
      const now = clock.now()
      const presents = fold.presents(now)
      const { ticked } = fold.time
      if (presents.length > 0) {
        await own.tell(presents, now)
        hasTold = true
      }
      if (ticked <= toldUntil) return
      await own.toldUntil(ticked, now)
      toldUntil = ticked
      hasTold = true
    },
    isTelling: () => feed !== null,
    hasTold: () => hasTold,
    collect() {
      hasTold = false
      return feed?.collect() ?? null
    },
  }
}
