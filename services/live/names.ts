import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { teamOf, type Team } from '../../schemas/events/team.ts'
import { createHeard, type HeardOf } from './heard.ts'

/** Who is who: the names that events give to the ids of queues and workers. */
export interface Names {
  /** The id itself where no name was heard. */
  queue(id: string): string
  agent(id: string): string
  team(agent: string): Team | null
  /** Queues that were ever heard of. */
  queues(): Iterable<string>
  /** Null: the queue was never heard of, or is deleted. */
  workspaceOf(queue: string): string | null
  /** Whether the event tells a name that is new. Wants the event as it came, with attributes. */
  hear(event: LedgerEvent): boolean
  memory(): NamesMemory
}

export interface NamesMemory {
  readonly queues: HeardOf<string>
  readonly agents: HeardOf<string>
  readonly teams: HeardOf<Team>
  /** Queue → its workspace, or nothing once it is deleted. */
  readonly places: HeardOf<string>
}

export function createNames(memory?: NamesMemory): Names {
  const queues = createHeard<string>(memory?.queues)
  const agents = createHeard<string>(memory?.agents)
  const teams = createHeard<Team>(memory?.teams)
  const places = createHeard<string>(memory?.places)

  function hear(event: LedgerEvent): boolean {
    // What the hub derives bears the names of its cause at a later time, when they may be others.
    if (event.road === 'hub' && event.cause !== null) return false
    const { queue, queueName, worker, workerName, at } = event
    let isNews = false
    if (queue !== null && queue !== '') {
      const place = event.type === 'task-queue.deleted' ? '' : event.workspace
      isNews = places.hear(queue, place, at)
      if (queueName !== null) isNews = queues.hear(queue, queueName, at) || isNews
    }
    if (worker !== null) {
      if (workerName !== null) isNews = agents.hear(worker, workerName, at) || isNews
      const team = teamOf(event)
      if (team !== undefined) isNews = teams.hear(worker, team, at) || isNews
    }
    return isNews
  }

  return {
    queue: (id) => queues.get(id) ?? id,
    agent: (id) => agents.get(id) ?? id,
    team: (agent) => teams.get(agent) ?? null,
    queues: () => places.ids(),
    workspaceOf: (queue) => places.get(queue) || null,
    hear,
    memory: () => ({
      queues: queues.all(),
      agents: agents.all(),
      teams: teams.all(),
      places: places.all(),
    }),
  }
}
