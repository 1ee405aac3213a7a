import type { Instant } from '../../../schemas/events/instant.ts'
import { createAgenda, type Agenda } from './agenda.ts'
import type { AttributeChanges, Party } from './attributes.ts'
import type { Behaviour } from './behaviour.ts'
import type { Activity, ActivityName, Agent, Centre, ChannelName, Queue } from './centre.ts'
import type {
  ActivityRecord,
  ContactRecord,
  LegRecord,
  OpenChronicle,
  TaskRecord,
  VisitRecord,
} from './chronicle.ts'
import { openChronicle } from './chronicle.ts'
import type { CallState } from './call-state.ts'
import type { ChatState } from './chat-state.ts'
import type { TaskGroup, TransferGroup, WorkerGroup } from './event.ts'
import type { Happening } from './happening.ts'
import type { PlannerRecord } from './planner.ts'
import { createRandom, type Random } from './random.ts'
import { createSids } from './sids.ts'
import type { SourceName } from './sources.ts'
import { openSpeech, type Speech } from './speech.ts'

/** The state of the simulated centre. Rules change it; nothing else does. */
export interface World {
  readonly centre: Centre
  readonly behaviour: Behaviour
  readonly random: Random
  readonly startAt: Instant
  readonly agenda: Agenda<() => void>
  readonly chronicle: OpenChronicle
  readonly queues: ReadonlyMap<string, QueueState>
  readonly workers: readonly WorkerState[]
  readonly sids: Readonly<Record<SidKind, () => string>>
  readonly rules: Rules
  /** `null`: nobody but TaskRouter says anything. */
  readonly speech: Speech | null
  /** `null`: nobody hears what the planner tells. */
  readonly onPlan: ((told: PlannerRecord) => void) | null
  now: Instant
  tasksCount: number
  /** What happened since it was last asked. */
  outbox: Happening[]
}

type SidKind = 'event' | 'task' | 'reservation' | 'transfer' | 'call' | 'conversation'

/** What one part of the model asks of another: so that the parts need not know each other. */
export interface Rules {
  /** A task waits, or a worker has become free: see whom TaskRouter brings together. */
  matchQueue(world: World, queue: QueueState): void
  matchWorker(world: World, worker: WorkerState): void
  openContact(world: World, contact: NewContact): void
  /** A leg begins to be handled. */
  beginHandle(world: World, leg: LegState): void
  /** A task is waiting again because an offer came to nothing. */
  offerLost(world: World, leg: LegState): void
  /** An agent may think of something else: talk is over, or there is nothing in hand any more. */
  beganWrapUp(world: World, worker: WorkerState): void
  becameFree(world: World, worker: WorkerState): void
  /** What those want to know who report of the contact itself: its call, its conversation. */
  comes(world: World, queue: QueueState, at: Instant): void
  taskCreated(world: World, task: TaskState): void
  talkBegan(world: World, leg: LegState): void
  /** `goesBack`: the contact waits again in a moment. */
  talkEnded(world: World, leg: LegState, goesBack: boolean): void
  transferBegan(world: World, transfer: TransferState): void
  transferTakenBack(world: World, transfer: TransferState): void
  taskEnded(world: World, task: TaskState): void
}

/** What is known of a contact before it has a task. */
export interface NewContact {
  readonly origin: QueueState
  readonly direction: 'inbound' | 'outbound' | 'callback'
  readonly entry?: 'new' | 'transfer'
  readonly attributes?: AttributeChanges
  readonly party?: Partial<Party>
  readonly call?: CallState
  readonly chat?: ChatState
  readonly requestedAt?: Instant
  readonly routingTarget?: string
  readonly priority?: number
}

export interface QueueState {
  readonly definition: Queue
  readonly members: WorkerState[]
  /** By priority, then by age. */
  readonly waiting: TaskState[]
}

export interface TaskState {
  readonly record: TaskRecord
  readonly random: Random
  /** The queue whose filter of the workflow the task matched. */
  readonly origin: QueueState
  group: TaskGroup
  queue: QueueState | null
  visit: VisitRecord | null
  /** Offers and handles that have not ended. */
  legs: LegState[]
  step: number
  filterEnteredAt: Instant
  /** A step ran out while an offer was open. */
  stepIsDue: boolean
  /** Between two events that TaskRouter sends in one go: nothing else may happen to the task. */
  inTransit: boolean
  transfer: TransferState | null
  transfersCount: number
  refusedBy: WorkerState | null
  ended: boolean
  /** What a chat takes with it when another agent goes on with it. */
  readonly party: Party
  call: CallState | null
  chat: ChatState | null
  mail: ContactRecord | null
}

export interface TransferState {
  group: TransferGroup
  readonly giver: LegState
  readonly fromQueue: QueueState | null
  readonly toQueue: QueueState | null
}

export interface LegState {
  readonly record: LegRecord
  readonly task: TaskState
  readonly worker: WorkerState
  readonly queue: QueueState
  /** Made for this worker by name: by transfer, or as the task's routing target. */
  readonly direct: boolean
  readonly transfer: TransferState | null
  phase: 'offered' | 'talking' | 'wrapping' | 'ended'
  version: number
  /** Its worker is gone: nothing more is said of it. */
  isSilent: boolean
  answerAt: Instant
}

export interface WorkerState {
  readonly agent: Agent
  readonly random: Random
  readonly queues: QueueState[]
  readonly offers: Set<LegState>
  readonly handles: Set<LegState>
  /** Channels that an administrator has switched off. */
  readonly closed: Set<ChannelName>
  group: WorkerGroup
  activity: Activity
  activitySince: Instant
  span: ActivityRecord | null
  idleSince: Instant
  wanted: { readonly activity: ActivityName; readonly lengthMs: number | null } | null
  onShift: boolean
  leaving: boolean
  deleted: boolean
}

export interface WorldOptions {
  readonly centre: Centre
  readonly behaviour: Behaviour
  readonly seed: string | number
  readonly startAt: Instant
  readonly sources: readonly SourceName[]
  readonly onPlan: World['onPlan']
}

export function openWorld(options: WorldOptions, rules: Rules): World {
  const { centre, startAt } = options
  // What is dynamic bears the run's start in its sids, so that a second run does not repeat the first one's events.
  const random = createRandom(options.seed).split('run', startAt)
  const queues = new Map(
    centre.queues.map((definition) => [
      definition.name,
      { definition, members: [], waiting: [] } satisfies QueueState,
    ]),
  )
  const workers = centre.agents.map((agent, index) =>
    openWorker(centre, agent, queues, startAt, random.split('worker', index)),
  )
  return {
    centre,
    behaviour: options.behaviour,
    random,
    startAt,
    agenda: createAgenda(),
    chronicle: openChronicle(centre.workspaceSid),
    queues,
    workers,
    sids: {
      event: createSids(random, 'EV'),
      task: createSids(random, 'WT'),
      reservation: createSids(random, 'WR'),
      transfer: createSids(random, 'TT'),
      call: createSids(random, 'CA'),
      conversation: createSids(random, 'CH'),
    },
    rules,
    speech: openSpeech(centre, options.sources, random),
    onPlan: options.onPlan,
    now: startAt,
    tasksCount: 0,
    outbox: [],
  }
}

/** Does something after a while of simulated time. */
export function later(world: World, delayMs: number, action: () => void): void {
  world.agenda.add(world.now + Math.max(0, Math.round(delayMs)), action)
}

export function activityOf(world: World, name: ActivityName): Activity {
  const found = world.centre.activities.find((activity) => activity.name === name)
  if (found === undefined) throw new Error(`the centre has no activity ${name}`)
  return found
}

/** How many tasks of a channel a worker has in hand, ringing ones included. */
export function loadOf(worker: WorkerState, channel: ChannelName): number {
  return count(worker.offers, channel) + count(worker.handles, channel)
}

export function count(legs: ReadonlySet<LegState>, channel: ChannelName): number {
  if (legs.size === 0) return 0
  let sum = 0
  for (const leg of legs) if (leg.queue.definition.channel.uniqueName === channel) sum++
  return sum
}

function openWorker(
  centre: Centre,
  agent: Agent,
  queues: ReadonlyMap<string, QueueState>,
  startAt: Instant,
  random: Random,
): WorkerState {
  const offline = centre.activities.find((activity) => activity.name === 'Offline')
  if (offline === undefined) throw new Error('a centre needs an activity Offline')
  const worker: WorkerState = {
    agent,
    random,
    queues: agent.queues.flatMap((queue) => queues.get(queue.name) ?? []),
    offers: new Set(),
    closed: new Set(),
    handles: new Set(),
    group: {
      sid: agent.sid,
      name: agent.name,
      attributes: agent.attributes,
      activitySid: offline.sid,
      activityName: offline.name,
      version: 0,
    },
    activity: offline,
    activitySince: startAt,
    span: null,
    idleSince: startAt,
    wanted: null,
    onShift: false,
    leaving: false,
    deleted: false,
  }
  for (const queue of worker.queues) queue.members.push(worker)
  return worker
}
