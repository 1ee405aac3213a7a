import type {
  FilterGroup,
  PreviousActivityGroup,
  PreviousQueueGroup,
  ReservationGroup,
  SimulatedEvent,
  TaskGroup,
  TaskRouterEventType,
  TransferGroup,
  WorkerChannelGroup,
} from './event.ts'
import { count, type LegState, type TaskState, type WorkerState, type World } from './world.ts'

/** What an event of a task may carry beside the task. */
interface TaskExtras {
  readonly description?: string
  readonly filter?: FilterGroup
  readonly transfer?: TransferGroup
  readonly previousQueue?: PreviousQueueGroup
}

export function emitTask(
  world: World,
  type: TaskRouterEventType,
  task: TaskState,
  extras: TaskExtras = {},
): void {
  const sid = task.group.sid
  emit(world, type, sid, { description: `Task ${sid} ${type}`, task: task.group, ...extras })
}

interface ReservationExtras {
  readonly description?: string
  readonly transfer?: TransferGroup
  readonly reasonCode?: number
  readonly reEvaluatedReason?: string
}

export function emitReservation(
  world: World,
  type: TaskRouterEventType,
  leg: LegState,
  extras: ReservationExtras = {},
): void {
  const sid = leg.record.reservation
  const { reasonCode, reEvaluatedReason, ...others } = extras
  const reservation: ReservationGroup = {
    sid,
    version: leg.version,
    capacity: leg.worker.agent.capacity[leg.queue.definition.channel.uniqueName],
    consumed: count(leg.worker.handles, leg.queue.definition.channel.uniqueName),
    ...(reasonCode === undefined ? {} : { reasonCode }),
    ...(reEvaluatedReason === undefined ? {} : { reEvaluatedReason }),
  }
  emit(world, type, sid, {
    description: `Reservation ${sid} ${type.slice('reservation.'.length)}`,
    task: leg.task.group,
    worker: leg.worker.group,
    reservation,
    ...others,
  })
}

interface WorkerExtras {
  readonly description: string
  readonly previousActivity?: PreviousActivityGroup
  readonly workerChannel?: WorkerChannelGroup
}

export function emitWorker(
  world: World,
  type: TaskRouterEventType,
  worker: WorkerState,
  extras: WorkerExtras,
): void {
  emit(world, type, worker.agent.sid, { worker: worker.group, ...extras })
}

type EventBody = Omit<SimulatedEvent, 'sid' | 'type' | 'at' | 'resourceSid'>

export function emit(
  world: World,
  type: TaskRouterEventType,
  resourceSid: string,
  body: EventBody,
): void {
  world.outbox.push({ sid: world.sids.event(), type, at: world.now, resourceSid, ...body })
}

/** Changes the task as TaskRouter sees it; every change that others can see has a new version. */
export function change(task: TaskState, changes: Partial<TaskGroup>, isVersion = true): void {
  const version = task.group.version + (isVersion ? 1 : 0)
  task.group = { ...task.group, ...changes, version }
}
