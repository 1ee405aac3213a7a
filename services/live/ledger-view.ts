import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { EventLog, LogRecord, Shard } from '../log/log.ts'
import { nothingKnown } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import { emptyQueue, liveQueues } from '../projections/live-queue.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { shardsOf, type Ends } from './following.ts'
import { freshnessOf, shardFreshness } from './freshness.ts'
import { taskKind, workerKind } from './live-kinds.ts'
import { createLiveShard, type LiveShard } from './live-shard.ts'
import { createNames, type Names } from './names.ts'
import { encodePosition } from './position.ts'
import { createPublication, type Publication } from './publication.ts'
import { createShardReading, type ShardReading } from './shard-reading.ts'
import { createSlimmer } from './slim-event.ts'
import type { StateMemory } from './state-file.ts'
import { agentState, queueState, taskState } from './views.ts'

/** What the records of all shards come to: taken in batch by batch, made into what is shown when somebody looks. */
export interface LedgerView {
  readonly publication: Publication
  nextOffset(shard: Shard): number
  take(shard: Shard, records: readonly LogRecord[]): void
  /** Brings the publication up to date. */
  refresh(): void
  sweep(): void
  /** Begins anew with an empty memory. */
  forget(): void
  memory(): StateMemory
  position(): string
  freshness(ends: Ends): Omit<Freshness, 'reading'>
  shards(ends: Ends): readonly ShardFreshness[]
  queueName(id: string): string
  agentName(id: string): string
}

export function createLedgerView(
  log: EventLog,
  clock: Clock,
  logger: Logger,
  memory: StateMemory | null,
): LedgerView {
  const publication = createPublication()
  const tasks = new Map<string, LiveTask>()
  const agents = new Map<string, LiveAgent>()
  let held = holdShards(log, logger, memory)
  let isStale = true

  function refresh(): void {
    if (!isStale) return
    isStale = false
    const { names } = held
    const isRenamed = held.takeNews()
    for (const shard of held.taskShards) {
      shard.refresh((id, task) => {
        if (task === null) tasks.delete(id)
        else tasks.set(id, task)
        if (task === null) publication.tasks.remove(id)
        else publication.tasks.put(id, taskState(task, names))
      })
    }
    for (const shard of held.workerShards) {
      shard.refresh((id, agent) => {
        if (agent === null) agents.delete(id)
        else agents.set(id, agent)
        if (agent === null) publication.agents.remove(id)
        else publication.agents.put(id, agentState(agent, names))
      })
    }
    if (isRenamed) {
      for (const task of tasks.values()) publication.tasks.put(task.id, taskState(task, names))
      for (const agent of agents.values()) {
        publication.agents.put(agent.id, agentState(agent, names))
      }
    }
    refreshQueues(names)
    publication.commit()
  }

  function refreshQueues(names: Names): void {
    const now = clock.now()
    const knowledge = held.taskShards[0]?.knowledge ?? nothingKnown
    const queues = new Map(liveQueues(tasks.values(), agents.values()))
    for (const [id, workspace] of names.queues()) {
      if (!queues.has(id)) queues.set(id, emptyQueue(id, workspace))
    }
    for (const queue of queues.values()) {
      publication.queues.put(queue.id, queueState(queue, names, knowledge, now))
    }
    for (const id of [...publication.queues.ids()]) {
      if (!queues.has(id)) publication.queues.remove(id)
    }
  }

  function forget(): void {
    held = holdShards(log, logger, null)
    tasks.clear()
    agents.clear()
    for (const shelf of [publication.tasks, publication.agents, publication.queues]) {
      for (const id of [...shelf.ids()]) shelf.remove(id)
    }
    isStale = true
  }

  return {
    publication,
    nextOffset: (shard) => held.reading(shard)?.nextOffset ?? 0,
    take(shard, records) {
      held.reading(shard)?.take(records)
      isStale = true
    },
    refresh,
    sweep: () => held.readings.forEach((reading) => reading.sweep()),
    forget,
    memory: () => ({
      names: held.names.memory(),
      shards: held.readings.map((reading) => reading.memory()),
    }),
    position: () => encodePosition(held.readings),
    freshness: (ends) => freshnessOf(held.readings, ends),
    shards: (ends) => held.readings.map((reading) => shardFreshness(reading, ends)),
    queueName: (id) => held.names.queue(id),
    agentName: (id) => held.names.agent(id),
  }
}

interface Held {
  readonly names: Names
  readonly readings: readonly ShardReading[]
  readonly taskShards: readonly LiveShard<LiveTask>[]
  readonly workerShards: readonly LiveShard<LiveAgent>[]
  reading(shard: Shard): ShardReading | undefined
  /** Whether a name has been heard since the last call. */
  takeNews(): boolean
}

function holdShards(log: EventLog, logger: Logger, memory: StateMemory | null): Held {
  const usable = memory !== null && isOfThisLog(memory, log) ? memory : null
  const names = createNames(usable?.names)
  const slim = createSlimmer()
  const taskShards: LiveShard<LiveTask>[] = []
  const workerShards: LiveShard<LiveAgent>[] = []
  let hasNews = false

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
          if (names.hear(event)) hasNews = true
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
    taskShards,
    workerShards,
    readings: [...readings.values()],
    reading: (shard) => readings.get(nameOf(shard)),
    takeNews() {
      const had = hasNews
      hasNews = false
      return had
    },
  }
}

/** What was read of another log, or of one with other partitions, is of no use. */
function isOfThisLog({ shards }: StateMemory, log: EventLog): boolean {
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

function nameOf({ topic, partition }: Shard): string {
  return `${topic}/${partition}`
}
