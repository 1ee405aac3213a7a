import type { Instant } from '../../schemas/events/instant.ts'
import type { Freshness, ShardFreshness } from '../../schemas/feeds/state.ts'
import type { LogRecord, Shard } from '../log/log.ts'
import { definitionsAt, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Ends } from './following.ts'
import { freshnessOf, shardFreshness } from './freshness.ts'
import { holdShards, knowledgeOf, type LogShape, type Renamed } from './held-shards.ts'
import type { LedgerTime } from './ledger-time.ts'
import type { Arrived } from './live-shard.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'
import type { Names } from './names.ts'
import { encodePosition } from './position.ts'
import { createPublication, type Publication } from './publication.ts'
import { createQueueIndex } from './queue-index.ts'
import { createQueueMembers } from './queue-members.ts'
import { routableWorker } from './routable.ts'
import type { RoutingFacts } from './routing-facts.ts'
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
  /** Brings the publication up to date: the whole, unless told otherwise, or what cannot wait. */
  refresh(what?: Shown): void
  /** How the members of some queue stand is still to be shown. */
  lacksStaff(): boolean
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

/**
 * How its members stand is another in half of the queues of a large centre whenever a few agents have changed, and the least urgent
 * of what is shown of a queue: it may be a moment old where only what is urgent is wanted.
 */
export type Shown = 'whole' | 'urgent'

export const staffGapMs = 250

/** Queues; of so few it is shown with what is urgent. */
const staffAtOnce = 50

/** The hub closes what has no end of its own two minutes after the task's; so many tasks end in that time in the largest centre. */
const overMax = 20_000

export function createLedgerView(
  log: LogShape,
  clock: Pick<Clock, 'now'>,
  logger: Logger,
  memory: StateMemory | null,
): LedgerView {
  const publication = createPublication()
  const tasks = new Map<string, LiveTask>()
  const agents = new Map<string, LiveAgent>()
  /** Of tasks that are over the reservations are too, be it that their own ends are still to come, or never do. */
  const over = new Set<string>()
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
  /** Every view of the stream tells it; null: something has been taken since it was made. */
  let position: string | null = null
  /** Since when members of many queues stand otherwise than is shown; null: they do not. */
  let staffSince: number | null = null

  function refresh(what: Shown = 'whole'): void {
    if (!isStale && !isDue() && !(lacksStaff() && showsStaff(what))) return
    isStale = false
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
    const renamed = held.takeRenamed()
    const isAll = isDefined || renamed.isAll
    if (isAll) showAll()
    else showRenamed(renamed)
    const change = (id: string) => changed.add(id)
    for (const id of isAll ? held.names.queues() : renamed.queues) change(id)
    queues.takeChanged().forEach(change)
    const now = clock.now()
    dueAt.forEach((at, id) => at <= now && change(id))
    if (showsStaff(what)) {
      members.takeChanged().forEach(change)
      staffSince = null
    }
    changed.forEach(setQueue)
    nextDueAt = Infinity
    dueAt.forEach((at) => (nextDueAt = Math.min(nextDueAt, at)))
    publication.commit({
      queues: new Set(),
      tasks: queues.takeMovedTasks(),
      agents: members.takeMoved(),
    })
  }

  function lacksStaff(): boolean {
    return members.changedCount() > 0
  }

  function showsStaff(what: Shown): boolean {
    if (what === 'whole' || members.changedCount() <= staffAtOnce) return true
    staffSince ??= performance.now()
    return performance.now() - staffSince >= staffGapMs
  }

  function showAll(): void {
    for (const task of tasks.values()) publication.tasks.put(task.id, taskState(task, held.names))
    for (const agent of agents.values()) showAgent(agent)
  }

  /** Shows again what shows one of these names. */
  function showRenamed({ queues: renamedQueues, agents: renamedAgents }: Renamed): void {
    const [ofTasks, ofAgents] = [new Set<string>(), new Set(renamedAgents)]
    for (const id of renamedQueues) {
      const inside = queues.inside(id)
      for (const task of inside.tasks) ofTasks.add(task)
      for (const agent of inside.agents) ofAgents.add(agent)
      // A queue of another name is another to whoever asks for it by its name.
      queues.markMoved(inside.tasks)
      members.markMoved([...inside.agents, ...(members.members(id) ?? [])])
    }
    if (renamedAgents.size > 0) {
      for (const { id, agent } of tasks.values()) {
        if (agent !== null && renamedAgents.has(agent)) ofTasks.add(id)
      }
    }
    for (const id of ofTasks) {
      const task = tasks.get(id)
      if (task !== undefined) publication.tasks.put(id, taskState(task, held.names))
    }
    for (const id of ofAgents) {
      const agent = agents.get(id)
      if (agent !== undefined) showAgent(agent)
    }
  }

  function setTask(id: string, task: LiveTask | null): void {
    queues.setTask(tasks.get(id), task)
    over.delete(id)
    if (task === null) {
      over.add(id)
      for (const oldest of over) {
        if (over.size <= overMax) break
        over.delete(oldest)
      }
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
    members.setWorker(worker, agent.state?.state ?? 'unknown', clock.now())
    publication.agents.put(agent.id, agentState(agent, worker.channels, held.names))
  }

  function workerOf(agent: LiveAgent): RoutableWorker {
    const legs = agent.legs.filter(({ leg }) => !over.has(leg.task))
    return routableWorker({ ...agent, legs }, held.routing, held.names, knownBy)
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
    for (const agent of agents.values()) {
      members.setWorker(workerOf(agent), agent.state?.state ?? 'unknown', clock.now())
    }
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
      const queue = queues.queue(id, members.membership(id))
      const state = queueState(queue, workspace, held.names, knownBy, now)
      publication.queues.put(id, state)
      const at = riskChangesAt(queue, state, now)
      if (at !== null) dueAt.set(id, at)
    }
  }

  function forget(): void {
    held = holdShards(log, logger, null)
    tasks.clear()
    over.clear()
    agents.clear()
    queues = createQueueIndex()
    members = createQueueMembers()
    dueAt = new Map()
    for (const shelf of [publication.tasks, publication.agents, publication.queues]) {
      for (const id of [...shelf.ids()]) shelf.remove(id)
    }
    isStale = true
    position = null
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
      position = null
    },
    takeEvents(shard, arrivals) {
      held.reading(shard)?.takeEvents(arrivals)
      isStale = true
    },
    refresh,
    lacksStaff,
    sweep: () => held.readings.forEach((reading) => reading.sweep()),
    forget,
    memory: () => ({
      names: held.names.memory(),
      routing: held.routing.memory(),
      shards: held.readings.map((reading) => reading.memory()),
    }),
    position: () => (position ??= encodePosition(held.readings)),
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
