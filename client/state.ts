import type {
  AgentDetailsAnswer,
  TaskDetailsAnswer,
  TasksAnswer,
  WorkflowsAnswer,
} from '../schemas/feeds/state-details.ts'
import type {
  AgentsAnswer,
  AgentState,
  QueueAnswer,
  QueuesAnswer,
  State,
  StateClock,
  TaskState,
} from '../schemas/feeds/state.ts'
import type { TaskExplanation } from '../schemas/feeds/waiting.ts'
import { HubError, refusalOf } from './hub-error.ts'

// The routing state of a hub, for programs in Node and in browsers: `ledgerline/client`. What comes is typed by the schemas
// of the API and not checked again, so that nothing but this folder is needed.

export { HubError }
export { replayState } from './state-replay.ts'
export type { ReplayEvent, ReplayOptions } from './state-replay.ts'
export { countedOn, followAdherence } from './adherence-stream.js'
export type {
  AdherenceFilter,
  FollowAdherenceOptions,
  FollowedAdherence,
  FollowedAgent,
} from './adherence-stream.js'
export { followState } from './state-stream.js'
export type { Connection, FollowedState, FollowOptions, StateFilter } from './state-stream.js'

export interface StateClientOptions {
  /** Where the hub is, such as `https://hub.example.com`; in a page of the hub itself: empty. */
  readonly url: string
  /** One of the hub's API tokens; not needed on the hub's own machine where it has none. */
  readonly token?: string | undefined
  /** Breaks off what is under way. */
  readonly signal?: AbortSignal | undefined
}

/** A moment of the past; this second, if none is given. */
export interface Moment {
  /** In ISO 8601, with its offset or in UTC. */
  readonly at?: string | undefined
  /** `happened`, with all that is known now (unless given), or `known`, with what had arrived by then. */
  readonly as?: StateClock | undefined
}

/** At most so many in the order of their ids, after the one that `next` of the answer before has told. */
export interface Page extends Moment {
  readonly limit?: number | undefined
  readonly after?: string | undefined
}

export interface QueuesQuery extends Page {
  readonly workspace?: string | undefined
  /** A part of the name, whatever its case. */
  readonly name?: string | undefined
  readonly waiting?: boolean | undefined
}

export interface AgentsQuery extends Page {
  readonly state?: NonNullable<AgentState['state']> | 'unknown' | undefined
  readonly activity?: string | undefined
  readonly team?: string | undefined
  /** Agents who have work of this queue. */
  readonly queue?: string | undefined
  /** Agents whom this queue may use. */
  readonly member_of?: string | undefined
}

export interface TasksQuery extends Page {
  readonly status?: TaskState['status'] | undefined
  readonly queue?: string | undefined
  readonly channel?: string | undefined
  readonly agent?: string | undefined
}

export interface ExplainQuery extends Moment {
  /** Only workers of whom this holds. */
  readonly verdict?: keyof NonNullable<TaskExplanation['waiting']>['counts'] | undefined
  readonly limit?: number | undefined
}

/** Asks for the state of this second, or of another. Every call rejects with a `HubError` when the hub answers anything else. */
export interface StateClient {
  getState(moment?: Moment): Promise<State>
  getQueues(query?: QueuesQuery): Promise<QueuesAnswer>
  /** One queue, what waits in it, and who works for it. */
  getQueue(id: string, moment?: Moment): Promise<QueueAnswer>
  getAgents(query?: AgentsQuery): Promise<AgentsAnswer>
  getAgent(id: string, moment?: Moment): Promise<AgentDetailsAnswer>
  getTasks(query?: TasksQuery): Promise<TasksAnswer>
  getTask(id: string, moment?: Moment): Promise<TaskDetailsAnswer>
  getWorkflows(moment?: Moment): Promise<WorkflowsAnswer>
  /** Why a task is waiting. */
  explainTask(id: string, query?: ExplainQuery): Promise<TaskExplanation>
}

export function createStateClient({ url, token, signal }: StateClientOptions): StateClient {
  async function get<T>(path: string, query: object = {}): Promise<T> {
    const response = await fetch(`${url}${path}${textOf(query)}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(signal === undefined ? {} : { signal }),
    })
    if (response.ok) return (await response.json()) as T
    throw await refusalOf(response)
  }

  return {
    getState: (moment) => get('/v1/state', moment),
    getQueues: (query) => get('/v1/state/queues', query),
    getQueue: (id, moment) => get(`/v1/state/queues/${encodeURIComponent(id)}`, moment),
    getAgents: (query) => get('/v1/state/agents', query),
    getAgent: (id, moment) => get(`/v1/state/agents/${encodeURIComponent(id)}`, moment),
    getTasks: (query) => get('/v1/state/tasks', query),
    getTask: (id, moment) => get(`/v1/state/tasks/${encodeURIComponent(id)}`, moment),
    getWorkflows: (moment) => get('/v1/state/workflows', moment),
    explainTask: (id, query) => get(`/v1/tasks/${encodeURIComponent(id)}/explain`, query),
  }
}

function textOf(query: object): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
