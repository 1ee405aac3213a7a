import type { EventLog, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { nothingKnown, type Knowledge } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { Logger } from '../runtime/logger.ts'
import { shardsOf } from './following.ts'
import { taskKind, workerKind } from './live-kinds.ts'
import { createLiveShard, type LiveShard } from './live-shard.ts'
import { createNames, type Names } from './names.ts'
import { createRoutingFacts, type RoutingFacts, type RoutingNews } from './routing-facts.ts'
import { createShardReading, type ShardReading } from './shard-reading.ts'
import { createSlimmer } from './slim-event.ts'
import type { StateMemory } from './state-file.ts'

/** What must be known of a log to look at what comes of it. */
export type LogShape = Pick<EventLog, 'partitions' | 'epoch'>

/** What has been heard of all shards, by their readings. */
export interface HeldShards {
  readonly names: Names
  readonly routing: RoutingFacts
  readonly readings: readonly ShardReading[]
  readonly taskShards: readonly LiveShard<LiveTask>[]
  readonly workerShards: readonly LiveShard<LiveAgent>[]
  reading(shard: Shard): ShardReading | undefined
  /** Of whom a name has been heard since the last call. */
  takeRenamed(): Renamed
  /** What is new of what routing goes by, since the last call. */
  takeRoutingNews(): readonly RoutingNews[]
}

/** Queues and agents of whom a name is new; after a start it may be any. */
export interface Renamed {
  readonly isAll: boolean
  readonly queues: ReadonlySet<string>
  readonly agents: ReadonlySet<string>
}

/** Every shard of workers is told the same, of activities too; one of them tells it. */
export function knowledgeOf({ workerShards }: HeldShards): Knowledge {
  return workerShards[0]?.knowledge ?? nothingKnown
}

export function holdShards(log: LogShape, logger: Logger, memory: StateMemory | null): HeldShards {
  const usable = memory !== null && isOfThisLog(memory, log) ? memory : null
  const names = createNames(usable?.names)
  const routing = createRoutingFacts(usable?.routing)
  let routingNews: RoutingNews[] = []
  const slim = createSlimmer()
  const taskShards: LiveShard<LiveTask>[] = []
  const workerShards: LiveShard<LiveAgent>[] = []
  // Queues that are only remembered are to be shown too.
  let renamed = nobodyRenamed(usable !== null)

  const readings = new Map<string, ShardReading>()
  for (const shard of shardsOf(log)) {
    const epoch = log.epoch(shard.topic)
    const own = usable?.shards.find((each) => nameOf(each) === nameOf(shard))
    const timelines = timelinesOf(shard)
    readings.set(
      nameOf(shard),
      createShardReading({
        ...{ shard, epoch, timelines, slim, logger, memory: own },
        hear(event) {
          const { queue, agent } = names.hear(event)
          if (queue !== null) renamed.queues.add(queue)
          if (agent !== null) renamed.agents.add(agent)
          const news = routing.hear(event)
          if (news !== null) routingNews.push(news)
        },
      }),
    )

    function timelinesOf({ topic }: Shard) {
      if (topic === 'ledgerline.tasks') {
        const live = createLiveShard(shard, taskKind, own?.memory)
        taskShards.push(live)
        return live
      }
      if (topic === 'ledgerline.workers') {
        const live = createLiveShard(shard, workerKind, own?.memory)
        workerShards.push(live)
        return live
      }
      return null
    }
  }

  return {
    names,
    routing,
    taskShards,
    workerShards,
    readings: [...readings.values()],
    reading: (shard) => readings.get(nameOf(shard)),
    takeRenamed() {
      const taken = renamed
      renamed = nobodyRenamed(false)
      return taken
    },
    takeRoutingNews() {
      const taken = routingNews
      routingNews = []
      return taken
    },
  }
}

function nobodyRenamed(isAll: boolean) {
  return { isAll, queues: new Set<string>(), agents: new Set<string>() }
}

/** What was read of another log, or of one with other partitions, is of no use. */
function isOfThisLog({ shards }: StateMemory, log: LogShape): boolean {
  const wanted = shardsOf(log)
  return (
    shards.length === wanted.length &&
    shards.every(
      (shard) =>
        log.epoch(shard.topic) === shard.epoch &&
        wanted.some((each) => nameOf(each) === nameOf(shard)),
    )
  )
}
