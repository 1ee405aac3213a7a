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
  /** Of whom the event tells a name that is new. Wants the event as it came, with attributes. */
  hear(event: LedgerEvent): NameNews
  memory(): NamesMemory
}

/** Whose name, team or workspace is another now; null: nobody's. */
export interface NameNews {
  readonly queue: string | null
  readonly agent: string | null
}

const noNews: NameNews = { queue: null, agent: null }

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

  function hear(event: LedgerEvent): NameNews {
    // What the hub derives bears the names of its cause at a later time, when they may be others.
    if (event.road === 'hub' && event.cause !== null) return noNews
    const { queue, worker } = event
    return {
      queue: queue !== null && queue !== '' && hearQueue(queue, event) ? queue : null,
      agent: worker !== null && hearWorker(worker, event) ? worker : null,
    }
  }

  function hearQueue(queue: string, { type, workspace, queueName, at }: LedgerEvent): boolean {
    const isElsewhere = places.hear(queue, type === 'task-queue.deleted' ? '' : workspace, at)
    return (queueName !== null && queues.hear(queue, queueName, at)) || isElsewhere
  }

  function hearWorker(worker: string, event: LedgerEvent): boolean {
    const { workerName, at } = event
    const team = teamOf(event)
    const isInOther = team !== undefined && teams.hear(worker, team, at)
    return (workerName !== null && agents.hear(worker, workerName, at)) || isInOther
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
