import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { EventLog, LogRecord, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { nothingKnown, type Knowledge } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
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
import { createQueueIndex } from './queue-index.ts'
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
  intervalMs(): number
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
  let queues = createQueueIndex()
  let held = holdShards(log, logger, memory)
  let knownBy: Knowledge = nothingKnown
  let isStale = true

  function refresh(): void {
    if (!isStale) return
    isStale = false
    const { names } = held
    for (const shard of held.taskShards) shard.refresh(setTask)
    for (const shard of held.workerShards) shard.refresh(setAgent)
    const knowledge = knowledgeOf(held)
    const isDefined = knowledge.definitions !== knownBy.definitions
    knownBy = knowledge
    const changed = queues.takeChanged()
    if (!held.takeNews() && !isDefined) for (const id of changed) setQueue(id)
    else {
      for (const task of tasks.values()) publication.tasks.put(task.id, taskState(task, names))
      for (const agent of agents.values()) {
        publication.agents.put(agent.id, agentState(agent, names))
      }
      for (const id of new Set([...changed, ...names.queues()])) setQueue(id)
    }
    publication.commit()
  }

  function setTask(id: string, task: LiveTask | null): void {
    queues.setTask(tasks.get(id), task)
    if (task === null) {
      tasks.delete(id)
      publication.tasks.remove(id)
    } else {
      tasks.set(id, task)
      publication.tasks.put(id, taskState(task, held.names))
    }
  }

  function setAgent(id: string, agent: LiveAgent | null): void {
    queues.setAgent(agents.get(id), agent)
    if (agent === null) {
      agents.delete(id)
      publication.agents.remove(id)
    } else {
      agents.set(id, agent)
      publication.agents.put(id, agentState(agent, held.names))
    }
  }

  /** A queue that was deleted is shown as long as something is in it. */
  function setQueue(id: string): void {
    const workspace = held.names.workspaceOf(id) ?? queues.workspaceOf(id)
    if (workspace === null) publication.queues.remove(id)
    else {
      const state = queueState(queues.queue(id), workspace, held.names, knownBy, clock.now())
      publication.queues.put(id, state)
    }
  }

  function forget(): void {
    held = holdShards(log, logger, null)
    tasks.clear()
    agents.clear()
    queues = createQueueIndex()
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
    intervalMs: () => knowledgeOf(held).intervalMs,
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

/** Every shard is told the same; one of them tells it. */
function knowledgeOf({ taskShards }: Held): Knowledge {
  return taskShards[0]?.knowledge ?? nothingKnown
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
