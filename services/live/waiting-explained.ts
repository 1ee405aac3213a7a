import type { Instant } from '../../schemas/events/instant.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { Leg } from '../projections/leg.ts'
import type { LiveTask } from '../projections/live-task.ts'
import {
  obstacleOf,
  passedOverMs,
  remedyOf,
  type Obstacle,
  type Wait,
  type WaitingTask,
} from '../routing/eligibility.ts'
import type { AttributeChange } from '../routing/nearest-change.ts'
import { isObject, withValueAt } from '../routing/json-value.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'
import { placeOf, type WorkflowPlace } from './workflow-place.ts'
import { objectIn } from './json-object.ts'
import type { LiveDetails } from './ledger-view.ts'

/** Why nobody has been given a task that waits. */
export interface WaitingExplained {
  readonly queue: string
  readonly since: Instant
  /** Where it stands in its workflow; null: the workflow was never imported, or has no such step. */
  readonly place: WorkflowPlace | null
  /** TargetWorkers of the queue; null: they are empty, so it is for nobody. */
  readonly targetWorkers: string | null
  /** What nobody has told and would be needed: without the queue nobody can be judged. */
  readonly missing: readonly ('queue' | 'workflow' | 'capacities')[]
  /** Tasks that wait in the queue and go before it: a higher priority, or the same and older. */
  readonly ahead: number
  /** The workspace's workers, the nearest to being offered it first; empty when nobody can be judged. */
  readonly workers: readonly JudgedWorker[]
  /** The one change that is nearest to letting a worker be offered it; null: there is none, or none is needed. */
  readonly nearest: NearestChange | null
}

export interface JudgedWorker {
  readonly agent: LiveAgent
  /** Null: he can be offered it. */
  readonly obstacle: Obstacle | null
}

export type NearestChange = { readonly agent: LiveAgent } & (
  | { readonly change: 'offer_is_answered' | 'reservation_ends' | 'goes_available' }
  | { readonly change: 'channel_becomes_available'; readonly channel: string }
  | { readonly change: 'attribute'; readonly attribute: AttributeChange }
)

/** Null: the task is in no queue. */
export function explainWaiting(
  task: LiveTask,
  details: LiveDetails,
  now: Instant,
): WaitingExplained | null {
  if (task.waitingIn === null) return null
  const { queue, since } = task.waitingIn
  const routing = details.routing()
  const definition = routing.queue(queue)
  const workflow = routing.workflow(task.workflow)
  const place = workflow === undefined ? null : placeOf(task, workflow, details, now)
  const explained = {
    ...{ queue, since, place },
    targetWorkers: definition?.targetWorkers?.source ?? null,
    missing: [
      ...(definition === undefined ? (['queue'] as const) : []),
      ...(workflow === undefined && task.workflow !== '' ? (['workflow'] as const) : []),
    ],
    ahead: [...details.tasks()].filter((other) => isAhead(other, task)).length,
  }
  if (definition === undefined) return { ...explained, workers: [], nearest: null }
  const wait: Wait = { queue: definition, target: place?.step.rules ?? null }
  const asked = waitingTaskOf(task, now)
  const workers: Judged[] = [...details.agents()]
    .filter(({ workspace }) => workspace === task.workspace)
    .map((agent) => {
      const worker = withChannel(details.worker(agent), task.channel)
      return { agent, worker, obstacle: obstacleOf(worker, asked, wait, now) }
    })
    .sort((a, b) => farness(a.obstacle) - farness(b.obstacle) || (a.agent.id < b.agent.id ? -1 : 1))
  const isGuessed = workers.some(
    ({ worker, obstacle }) => obstacle === null && !isFinite(capacityOf(worker, task.channel)),
  )
  return {
    ...explained,
    missing: [...explained.missing, ...(isGuessed ? (['capacities'] as const) : [])],
    workers: workers.map(({ agent, obstacle }) => ({ agent, obstacle })),
    nearest: nearestOf(workers, asked, wait, now),
  }
}

/** A channel of which no capacity has been heard has room: TaskRouter tells of capacities only when they change. */
function withChannel(worker: RoutableWorker, channel: string): RoutableWorker {
  if (Object.hasOwn(worker.channels, channel)) return worker
  const unheard = { configuredCapacity: Infinity, isAvailable: true }
  return { ...worker, channels: { ...worker.channels, [channel]: unheard } }
}

function capacityOf({ channels }: RoutableWorker, channel: string): number {
  return channels[channel]?.configuredCapacity ?? 0
}

interface Judged extends JudgedWorker {
  readonly worker: RoutableWorker
}

function isAhead(other: LiveTask, { id, waitingIn, priority }: LiveTask): boolean {
  if (other.id === id || waitingIn === null || other.waitingIn?.queue !== waitingIn.queue) {
    return false
  }
  const higher = (other.priority ?? 0) - (priority ?? 0)
  return higher > 0 || (higher === 0 && other.waitingIn.since < waitingIn.since)
}

/** As routing looks at it. Of those who have refused it the last one is passed over for a while. */
function waitingTaskOf(task: LiveTask, now: Instant): WaitingTask {
  const refused = task.story.legs.findLast(({ accepted, refusal }) => accepted === null && refusal)
  return {
    sid: task.id,
    channel: task.channel,
    attributes: objectIn(task.attributes),
    pendingReservations: task.legs.filter(({ phase }) => phase === 'ringing').length,
    rejections: isPassedOver(refused, now)
      ? [{ worker: refused.worker, reservation: refused.reservation }]
      : [],
    ignoresCapacity: false,
  }
}

function isPassedOver(leg: Leg | undefined, now: Instant): leg is Leg & { worker: string } {
  if (leg === undefined || leg.worker === null) return false
  if (leg.refusal !== 'rejected' && leg.refusal !== 'timed_out') return false
  return now - (leg.offerEnded ?? 0) < passedOverMs
}

/** From what passes by itself to what somebody would have to set up otherwise. */
const nearestFirst: readonly (Obstacle['reason'] | null)[] = [
  null,
  'task_reserved',
  'reserved',
  'capacity_full',
  'activity_unavailable',
  'channel_unavailable',
  'already_rejected',
  'expression_false',
  'not_known_worker',
  'not_in_queue',
]

function farness(obstacle: Obstacle | null): number {
  return nearestFirst.indexOf(obstacle?.reason ?? null)
}

/** Of so many workers attributes are tried out, which takes some tens of microseconds each. */
const triedMax = 1_000

/** The first worker, in their order, whom one change lets be offered the task: it is made and he is judged again. */
function nearestOf(
  workers: readonly Judged[],
  task: WaitingTask,
  wait: Wait,
  now: Instant,
): NearestChange | null {
  if (workers.some(({ obstacle }) => obstacle === null)) return null
  let tried = 0
  for (const { agent, worker, obstacle } of workers) {
    if (obstacle?.reason === 'expression_false' || obstacle?.reason === 'not_in_queue') {
      if (++tried > triedMax) return null
      const attribute = remedyOf(worker, task, wait, now)
      if (attribute !== null && isFreedBy(attribute, worker, task, wait, now)) {
        return { agent, change: 'attribute', attribute }
      }
      continue
    }
    const changed = obstacle === null ? null : withoutObstacle(worker, task, obstacle)
    if (changed === null || obstacleOf(changed.worker, changed.task, wait, now) !== null) continue
    return { agent, ...changed.told }
  }
  return null
}

function isFreedBy(
  { subject, path, to }: AttributeChange,
  worker: RoutableWorker,
  task: WaitingTask,
  wait: Wait,
  now: Instant,
): boolean {
  const changed = withValueAt((subject === 'worker' ? worker : task).attributes, path, to)
  if (changed === undefined || !isObject(changed)) return false
  const attributes = { attributes: changed }
  const obstacle =
    subject === 'worker'
      ? obstacleOf({ ...worker, ...attributes }, task, wait, now)
      : obstacleOf(worker, { ...task, ...attributes }, wait, now)
  return obstacle === null
}

interface Changed {
  readonly worker: RoutableWorker
  readonly task: WaitingTask
  readonly told: DistributiveOmit<NearestChange, 'agent'>
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The worker and the task as they would be without it; null: no one change takes it away. */
function withoutObstacle(
  worker: RoutableWorker,
  task: WaitingTask,
  obstacle: Obstacle,
): Changed | null {
  switch (obstacle.reason) {
    case 'task_reserved':
      return {
        ...{ worker, task: { ...task, pendingReservations: 0 } },
        told: { change: 'offer_is_answered' },
      }
    case 'reserved':
      return {
        ...{ worker: withoutReservation(worker, obstacle.reservation.sid), task },
        told: { change: 'offer_is_answered' },
      }
    case 'capacity_full': {
      const [first] = obstacle.reservations
      if (first === undefined) return null
      return {
        ...{ worker: withoutReservation(worker, first.sid), task },
        told: { change: 'reservation_ends' },
      }
    }
    case 'activity_unavailable':
      return {
        worker: { ...worker, activity: { ...worker.activity, isAvailable: true } },
        task,
        told: { change: 'goes_available' },
      }
    case 'channel_unavailable': {
      const { channel } = obstacle
      const known = worker.channels[channel]
      if (known === undefined) return null
      const channels = { ...worker.channels, [channel]: { ...known, isAvailable: true } }
      return {
        ...{ worker: { ...worker, channels }, task },
        told: { change: 'channel_becomes_available', channel },
      }
    }
    case 'already_rejected':
    case 'not_known_worker':
    case 'expression_false':
    case 'not_in_queue':
      return null
  }
}

function withoutReservation(worker: RoutableWorker, sid: string): RoutableWorker {
  return { ...worker, reservations: worker.reservations.filter((each) => each.sid !== sid) }
}
