import type { Instant } from '../../schemas/events/instant.ts'
import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { EventLog, LogRecord, Shard } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { definitionsAt, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { shardsOf, type Ends } from './following.ts'
import { freshnessOf, shardFreshness } from './freshness.ts'
import type { LedgerTime } from './ledger-time.ts'
import { taskKind, workerKind } from './live-kinds.ts'
import { createLiveShard, type Arrived, type LiveShard } from './live-shard.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'
import { createNames, type Names } from './names.ts'
import { encodePosition } from './position.ts'
import { createPublication, type Publication } from './publication.ts'
import { createQueueIndex } from './queue-index.ts'
import { createQueueMembers } from './queue-members.ts'
import { routableWorker } from './routable.ts'
import { createRoutingFacts, type RoutingFacts, type RoutingNews } from './routing-facts.ts'
import { createShardReading, type ShardReading } from './shard-reading.ts'
import { createSlimmer } from './slim-event.ts'
import type { StateMemory } from './state-file.ts'
import { agentState, queueState, riskChangesAt, taskState } from './views.ts'

/** What the records of all shards come to: taken in batch by batch, made into what is shown when somebody looks. */
export interface LedgerView {
  readonly publication: Publication
  readonly details: LiveDetails
  /** Whether what is shown is another by now though nothing was read: waits grow. */
  isDue(): boolean
  nextOffset(shard: Shard): number
  take(shard: Shard, records: readonly LogRecord[]): void
  /** Takes events that are of no place in the log, and forgets nothing. */
  takeEvents(shard: Shard, arrivals: readonly Arrived[]): void
  /** Brings the publication up to date. */
  refresh(): void
  sweep(): void
  /** Begins anew with an empty memory. */
  forget(): void
  memory(): StateMemory
  position(): string
  freshness(ends: Ends): Omit<Freshness, 'reading'>
  shards(ends: Ends): readonly ShardFreshness[]
  ledgerTime(): LedgerTime
}

/** What the publication is made of, for whoever asks about one thing more than is shown of all. */
export interface LiveDetails {
  task(id: string): LiveTask | undefined
  tasks(): Iterable<LiveTask>
  agent(id: string): LiveAgent | undefined
  agents(): Iterable<LiveAgent>
  /** As routing looks at him. */
  worker(agent: LiveAgent): RoutableWorker
  /** Whom a queue may use; undefined: nobody has told. */
  members(queue: string): ReadonlySet<string> | undefined
  queuesOf(agent: string): ReadonlySet<string>
  routing(): RoutingFacts
  names(): Names
  knowledge(): Knowledge
}

/** What must be known of a log to look at what comes of it. */
export type LogShape = Pick<EventLog, 'partitions' | 'epoch'>

export function createLedgerView(
  log: LogShape,
  clock: Pick<Clock, 'now'>,
  logger: Logger,
  memory: StateMemory | null,
): LedgerView {
  const publication = createPublication()
  const tasks = new Map<string, LiveTask>()
  const agents = new Map<string, LiveAgent>()
  let queues = createQueueIndex()
  let members = createQueueMembers()
  /** By queue, when its waits make it another though nothing happens. */
  let dueAt = new Map<string, Instant>()
  /** The first of these: every reader of the stream asks, and there are thousands of queues. */
  let nextDueAt: Instant = Infinity
  let askedAt: Instant = 0
  let held = holdShards(log, logger, memory)
  for (const id of held.routing.queues()) setMembers(id)
  let knownBy: Knowledge = nothingKnown
  let isStale = true

  function refresh(): void {
    if (!isStale && !isDue()) return
    isStale = false
    const { names } = held
    const knowledge = knowledgeOf(held)
    const isDefined = knowledge.definitions !== knownBy.definitions
    knownBy = knowledge
    const changed = new Set<string>()
    for (const { kind, id } of held.takeRoutingNews()) {
      if (kind === 'queue') {
        setMembers(id)
        changed.add(id)
      }
      const agent = kind === 'worker' ? agents.get(id) : undefined
      if (agent !== undefined) showAgent(agent)
    }
    for (const shard of held.taskShards) shard.refresh(setTask)
    for (const shard of held.workerShards) shard.refresh(setAgent)
    askTime()
    for (const id of [...queues.takeChanged(), ...members.takeChanged(), ...dueQueues()]) {
      changed.add(id)
    }
    const hasNews = held.takeNews()
    if (!hasNews && !isDefined) for (const id of changed) setQueue(id)
    else {
      for (const task of tasks.values()) publication.tasks.put(task.id, taskState(task, names))
      for (const agent of agents.values()) showAgent(agent)
      members.takeChanged()
      for (const id of new Set([...changed, ...names.queues()])) setQueue(id)
    }
    nextDueAt = Infinity
    for (const at of dueAt.values()) nextDueAt = Math.min(nextDueAt, at)
    const [movedTasks, movedAgents] = [queues.takeMovedTasks(), members.takeMoved()]
    publication.commit({
      queues: new Set(),
      // A queue of another name is another to whoever asks for it by its name.
      tasks: hasNews ? new Set(tasks.keys()) : movedTasks,
      agents: hasNews ? new Set(agents.keys()) : movedAgents,
    })
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
      members.removeWorker(id)
      publication.agents.remove(id)
    } else {
      agents.set(id, agent)
      showAgent(agent)
    }
  }

  function showAgent(agent: LiveAgent): void {
    const worker = workerOf(agent)
    members.setWorker(worker, clock.now())
    publication.agents.put(agent.id, agentState(agent, worker.channels, held.names))
  }

  function workerOf(agent: LiveAgent): RoutableWorker {
    return routableWorker(agent, held.routing, held.names, knownBy)
  }

  function setMembers(queue: string): void {
    const definition = held.routing.queue(queue)
    if (definition === undefined) members.removeQueue(queue)
    else members.setQueue(queue, definition.targetWorkers)
  }

  /** A queue's expression may ask for the time of day, whose parts are minutes. */
  function askTime(): void {
    const minute = Math.floor(clock.now() / 60_000)
    if (minute === askedAt || !members.asksTime()) return
    askedAt = minute
    for (const agent of agents.values()) members.setWorker(workerOf(agent), clock.now())
  }

  function dueQueues(): readonly string[] {
    const now = clock.now()
    return [...dueAt].flatMap(([id, at]) => (at <= now ? [id] : []))
  }

  function isDue(): boolean {
    return nextDueAt <= clock.now()
  }

  /** A queue that was deleted is shown as long as something is in it. */
  function setQueue(id: string): void {
    const workspace = held.names.workspaceOf(id) ?? queues.workspaceOf(id)
    dueAt.delete(id)
    if (workspace === null) publication.queues.remove(id)
    else {
      const now = clock.now()
      const queue = queues.queue(id, membersOf(id))
      const state = queueState(queue, workspace, held.names, knownBy, now)
      publication.queues.put(id, state)
      const at = riskChangesAt(queue, state, now)
      if (at !== null) dueAt.set(id, at)
    }
  }

  function membersOf(queue: string): LiveAgent[] | null {
    const ids = members.members(queue)
    return ids === undefined ? null : [...ids].flatMap((id) => agents.get(id) ?? [])
  }

  function forget(): void {
    held = holdShards(log, logger, null)
    tasks.clear()
    agents.clear()
    queues = createQueueIndex()
    members = createQueueMembers()
    dueAt = new Map()
    for (const shelf of [publication.tasks, publication.agents, publication.queues]) {
      for (const id of [...shelf.ids()]) shelf.remove(id)
    }
    isStale = true
  }

  return {
    publication,
    details: {
      task: (id) => tasks.get(id),
      tasks: () => tasks.values(),
      agent: (id) => agents.get(id),
      agents: () => agents.values(),
      worker: workerOf,
      members: (queue) => members.members(queue),
      queuesOf: (agent) => members.queuesOf(agent),
      routing: () => held.routing,
      names: () => held.names,
      knowledge: () => knownBy,
    },
    isDue,
    nextOffset: (shard) => held.reading(shard)?.nextOffset ?? 0,
    take(shard, records) {
      held.reading(shard)?.take(records)
      isStale = true
    },
    takeEvents(shard, arrivals) {
      held.reading(shard)?.takeEvents(arrivals)
      isStale = true
    },
    refresh,
    sweep: () => held.readings.forEach((reading) => reading.sweep()),
    forget,
    memory: () => ({
      names: held.names.memory(),
      routing: held.routing.memory(),
      shards: held.readings.map((reading) => reading.memory()),
    }),
    position: () => encodePosition(held.readings),
    freshness: (ends) => freshnessOf(held.readings, ends),
    shards: (ends) => held.readings.map((reading) => shardFreshness(reading, ends)),
    ledgerTime() {
      const knowledge = knowledgeOf(held)
      return {
        intervalMs: knowledge.intervalMs,
        sites: definitionsAt(knowledge, clock.now()).sites,
      }
    },
  }
}

interface Held {
  readonly names: Names
  readonly routing: RoutingFacts
  readonly readings: readonly ShardReading[]
  readonly taskShards: readonly LiveShard<LiveTask>[]
  readonly workerShards: readonly LiveShard<LiveAgent>[]
  reading(shard: Shard): ShardReading | undefined
  /** Whether a name has been heard since the last call. */
  takeNews(): boolean
  /** What is new of what routing goes by, since the last call. */
  takeRoutingNews(): readonly RoutingNews[]
}

/** Every shard of workers is told the same, of activities too; one of them tells it. */
function knowledgeOf({ workerShards }: Held): Knowledge {
  return workerShards[0]?.knowledge ?? nothingKnown
}

function holdShards(log: LogShape, logger: Logger, memory: StateMemory | null): Held {
  const usable = memory !== null && isOfThisLog(memory, log) ? memory : null
  const names = createNames(usable?.names)
  const routing = createRoutingFacts(usable?.routing)
  let routingNews: RoutingNews[] = []
  const slim = createSlimmer()
  const taskShards: LiveShard<LiveTask>[] = []
  const workerShards: LiveShard<LiveAgent>[] = []
  // Queues that are only remembered are to be shown too.
  let hasNews = usable !== null

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
    takeNews() {
      const had = hasNews
      hasNews = false
      return had
    },
    takeRoutingNews() {
      const taken = routingNews
      routingNews = []
      return taken
    },
  }
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
