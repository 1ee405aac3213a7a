import type { Instant } from '../../schemas/events/instant.ts'
import type { Condition } from './condition.ts'
import { momentDocument, workerDocument } from './documents.ts'
import type { JsonObject, JsonValue } from './json-value.ts'
import { nearestChange, type AttributeChange } from './nearest-change.ts'
import type { QueueDefinition } from './queue-definition.ts'
import {
  reservationsOn,
  type LiveReservation,
  type RoutableWorker,
  type WorkerActivity,
} from './routable-worker.ts'
import { valueOf, type RoutingContext } from './routing-context.ts'
import { whyFalse, type FalseClause } from './why-false.ts'
import type { WorkflowTarget } from './workflow-configuration.ts'

/**
 * So long others are asked first when a worker has refused a task. TaskRouter offers it to him again, or it would not cancel
 * tasks after many refusals; after what time it does not say.
 */
export const passedOverMs = 15_000

/** A task that waits at a step of its workflow. */
export interface WaitingTask {
  readonly sid: string
  /** The unique name of its task channel. */
  readonly channel: string
  readonly attributes: JsonObject
  /** Its reservations that are pending now. */
  readonly pendingReservations: number
  /** The workers who have rejected it, or let it time out, at this step, with their reservations. */
  readonly rejections: readonly { readonly worker: string; readonly reservation: string }[]
  /** Sent to a worker directly (`RoutingTarget` with `IgnoreCapacity`): full or not does not count. */
  readonly ignoresCapacity: boolean
}

/** What a task waits for: its queue, and the target at which it stands (null: it was sent to the queue directly). */
export interface Wait {
  readonly queue: QueueDefinition
  readonly target: Pick<WorkflowTarget, 'expression' | 'knownWorker'> | null
}

/** Why a worker is not offered a task. */
export type Obstacle =
  /** TargetWorkers do not hold of the worker; no clauses: the queue's expression is empty, it has nobody. */
  | { readonly reason: 'not_in_queue'; readonly cause: FalseCause | null }
  | { readonly reason: 'activity_unavailable'; readonly activity: WorkerActivity }
  /** `isKnown` false: the worker has no such channel. */
  | { readonly reason: 'channel_unavailable'; readonly channel: string; readonly isKnown: boolean }
  | {
      readonly reason: 'capacity_full'
      readonly channel: string
      readonly configuredCapacity: number
      readonly reservations: readonly LiveReservation[]
    }
  /** The step is for one worker, whom the task names; `wanted` is null where it names none. */
  | {
      readonly reason: 'not_known_worker'
      readonly reference: string
      readonly by: 'sid' | 'friendly_name'
      readonly wanted: JsonValue
    }
  | { readonly reason: 'expression_false'; readonly cause: FalseCause }
  | { readonly reason: 'already_rejected'; readonly reservation: string }
  /** An offer on this channel is ringing at the worker: a further one waits for its answer. */
  | { readonly reason: 'reserved'; readonly reservation: LiveReservation }
  /** As many workers are being offered the task as its queue allows. */
  | { readonly reason: 'task_reserved'; readonly pending: number; readonly max: number }

export interface FalseCause {
  readonly expression: string
  readonly clauses: readonly FalseClause[]
}

/**
 * The first thing that keeps a worker from being offered a task, in the order in which Twilio's page on assignment tells
 * that workers are filtered: who is in the queue, who of them is in an available activity, who has room on the task's
 * channel, whom the target means; then who has said no, and who is being asked. Null: the worker is eligible.
 *
 * For multitasking workspaces; in single-tasking ones, which can no longer be made, a reservation changes the activity.
 */
export function obstacleOf(
  worker: RoutableWorker,
  task: WaitingTask,
  wait: Wait,
  at: Instant,
): Obstacle | null {
  const context = contextOf(worker, task, at)
  return (
    obstacleOfQueue(wait, context) ??
    obstacleOfPresence(worker, task) ??
    obstacleOfTarget(wait, context) ??
    obstacleOfOffers(worker, task, wait)
  )
}

/**
 * The nearest change of one attribute after which the expression holds that keeps a worker from a task: of TargetWorkers,
 * or of the target. Null when something else keeps it, or no one attribute alone would do. For one worker at a time: it
 * tries values out, which takes ten times as long as finding the obstacle.
 */
export function remedyOf(
  worker: RoutableWorker,
  task: WaitingTask,
  wait: Wait,
  at: Instant,
): AttributeChange | null {
  const condition = conditionBehind(obstacleOf(worker, task, wait, at), wait)
  return condition && nearestChange(condition, contextOf(worker, task, at))
}

function conditionBehind(obstacle: Obstacle | null, { queue, target }: Wait): Condition | null {
  if (obstacle?.reason === 'not_in_queue') return queue.targetWorkers
  return obstacle?.reason === 'expression_false' ? (target?.expression ?? null) : null
}

function contextOf(worker: RoutableWorker, task: WaitingTask, at: Instant): RoutingContext {
  return {
    worker: workerDocument(worker),
    task: task.attributes,
    taskrouter: momentDocument(at),
  }
}

function obstacleOfQueue({ queue }: Wait, context: RoutingContext): Obstacle | null {
  const { targetWorkers } = queue
  if (targetWorkers === null) return { reason: 'not_in_queue', cause: null }
  if (targetWorkers.holds(context)) return null
  return { reason: 'not_in_queue', cause: causeOf(targetWorkers, context) }
}

function obstacleOfPresence(worker: RoutableWorker, task: WaitingTask): Obstacle | null {
  const { activity } = worker
  if (!activity.isAvailable) return { reason: 'activity_unavailable', activity }
  const { channel } = task
  const known = Object.hasOwn(worker.channels, channel) ? worker.channels[channel] : undefined
  if (!known?.isAvailable) {
    return { reason: 'channel_unavailable', channel, isKnown: known !== undefined }
  }
  const { configuredCapacity } = known
  const reservations = reservationsOn(worker, channel)
  if (task.ignoresCapacity || reservations.length < configuredCapacity) return null
  return { reason: 'capacity_full', channel, configuredCapacity, reservations }
}

function obstacleOfTarget({ target }: Wait, context: RoutingContext): Obstacle | null {
  const knownWorker = target?.knownWorker ?? null
  if (knownWorker !== null) {
    const { source: reference, by, path } = knownWorker
    const wanted = valueOf(path, 'filter', context)
    if (wanted === null || wanted !== context.worker?.[by]) {
      return { reason: 'not_known_worker', reference, by, wanted }
    }
  }
  const expression = target?.expression ?? null
  if (expression === null || expression.holds(context)) return null
  return { reason: 'expression_false', cause: causeOf(expression, context) }
}

function obstacleOfOffers(
  worker: RoutableWorker,
  task: WaitingTask,
  { queue }: Wait,
): Obstacle | null {
  const rejection = task.rejections.find((one) => one.worker === worker.sid)
  if (rejection !== undefined) {
    return { reason: 'already_rejected', reservation: rejection.reservation }
  }
  const offers = reservationsOn(worker, task.channel)
  const reservation = offers.find(({ status }) => status === 'pending')
  if (reservation !== undefined) return { reason: 'reserved', reservation }
  const { maxReservedWorkers: max } = queue
  if (task.pendingReservations < max) return null
  return { reason: 'task_reserved', pending: task.pendingReservations, max }
}

function causeOf(condition: Condition, context: RoutingContext): FalseCause {
  return { expression: condition.source, clauses: whyFalse(condition, context) }
}
