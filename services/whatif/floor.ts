import type { Instant } from '../../schemas/events/instant.ts'
import { momentDocument, workerDocument } from '../routing/documents.ts'
import { obstacleOf, type Wait, type WaitingTask } from '../routing/eligibility.ts'
import type { JsonObject } from '../routing/json-value.ts'
import { orderWorkers } from '../routing/order-by.ts'
import type { QueueDefinition } from '../routing/queue-definition.ts'
import {
  reservationsOn,
  type LiveReservation,
  type RoutableWorker,
  type WorkerActivity,
  type WorkerChannel,
} from '../routing/routable-worker.ts'
import type { WorkflowStep } from '../routing/workflow-walk.ts'
import type { PlannedContact } from './plan.ts'
import { isOfAttributes } from './steady-condition.ts'
import type { StaffedWorker, WorkerChange } from './stretch.ts'

/** A worker of a replay, as routing sees him now. */
export interface FloorWorker extends RoutableWorker {
  activity: WorkerActivity
  attributes: JsonObject
  channels: Readonly<Record<string, WorkerChannel>>
  reservations: readonly LiveReservation[]
  /** When he last began or ended something; null: never. */
  lastAssignedAt: Instant | null
}

/** A task of a replay that waits, as routing sees it now. */
export interface FloorTask extends WaitingTask {
  readonly plan: PlannedContact
  queue: QueueDefinition
  /** Null: it went to the queue directly. */
  step: WorkflowStep | null
  priority: number
  pendingReservations: number
  rejections: WaitingTask['rejections']
}

/** Who works, and whom a task is offered to. */
export interface Floor {
  readonly workers: readonly FloorWorker[]
  change(worker: FloorWorker, change: WorkerChange): void
  /** Those who would be offered the task now, the first one first. */
  candidatesFor(task: FloorTask, at: Instant): readonly FloorWorker[]
  isCandidate(worker: FloorWorker, task: FloorTask, at: Instant): boolean
  /** Who is in the queue, in whatever activity. */
  membersOf(queue: QueueDefinition, at: Instant): readonly FloorWorker[]
}

/** Before anything is told of workers they are in no activity that takes tasks. */
const unknownActivity: WorkerActivity = { sid: '', name: '', isAvailable: false }

/** `channels`: all that tasks come by. A worker has room for one task of each, until something else is told. */
export function openFloor(staff: readonly StaffedWorker[], channels: Iterable<string>): Floor {
  const room = Object.fromEntries(
    [...channels].map((name) => [name, { isAvailable: true, configuredCapacity: 1 }]),
  )
  const workers = staff.map(({ sid, friendlyName }): FloorWorker => ({
    ...{ sid, friendlyName, activity: unknownActivity, attributes: {} },
    ...{ channels: room, reservations: [], lastAssignedAt: null },
  }))
  /** Whether TargetWorkers hold, asked once for a worker's attributes where nothing else matters; queue → worker. */
  const memberships = new Map<QueueDefinition, Map<FloorWorker, boolean> | null>()

  function knownMemberships(queue: QueueDefinition): Map<FloorWorker, boolean> | null {
    const known = memberships.get(queue)
    if (known !== undefined) return known
    const { targetWorkers } = queue
    const isSteady = targetWorkers === null || isOfAttributes(targetWorkers)
    const fresh = isSteady ? new Map<FloorWorker, boolean>() : null
    memberships.set(queue, fresh)
    return fresh
  }

  function isMember(worker: FloorWorker, queue: QueueDefinition, at: Instant): boolean {
    const known = knownMemberships(queue)
    const answer = known?.get(worker)
    if (answer !== undefined) return answer
    const context = { worker: workerDocument(worker), taskrouter: momentDocument(at) }
    const holds = queue.targetWorkers?.holds(context) ?? false
    known?.set(worker, holds)
    return holds
  }

  function isCandidate(worker: FloorWorker, task: FloorTask, at: Instant): boolean {
    // What costs nothing is asked first: of a thousand workers few are free.
    if (!hasRoom(worker, task.channel) || !isMember(worker, task.queue, at)) return false
    return obstacleOf(worker, task, waitOf(task), at) === null
  }

  return {
    workers,
    change(worker, change) {
      switch (change.kind) {
        case 'activity':
          worker.activity = change.activity
          return
        case 'attributes':
          worker.attributes = change.attributes
          for (const known of memberships.values()) known?.delete(worker)
          return
        case 'channel': {
          const { channel, isAvailable, configuredCapacity } = change
          worker.channels = { ...worker.channels, [channel]: { isAvailable, configuredCapacity } }
        }
      }
    },
    isCandidate,
    candidatesFor(task, at) {
      const free = workers.filter((worker) => isCandidate(worker, task, at))
      if (free.length < 2) return free
      const orderBy = task.step?.rules.orderBy ?? null
      const ordered = orderWorkers(
        orderBy,
        free.map((worker) => ({
          ...{ sid: worker.sid, lastAssignedAt: worker.lastAssignedAt, worker },
          document: orderBy === null ? {} : workerDocument(worker),
        })),
      )
      const bySid = new Map(free.map((worker) => [worker.sid, worker]))
      return ordered.flatMap(({ sid }) => bySid.get(sid) ?? [])
    },
    membersOf: (queue, at) => workers.filter((worker) => isMember(worker, queue, at)),
  }
}

function waitOf({ queue, step }: FloorTask): Wait {
  return { queue, target: step?.rules ?? null }
}

/** In an available activity, with room on the channel, and not being asked on it: no more than `obstacleOf` asks too. */
export function hasRoom(worker: FloorWorker, channel: string): boolean {
  const known = worker.channels[channel]
  if (!worker.activity.isAvailable || known?.isAvailable !== true) return false
  if (worker.reservations.length === 0) return known.configuredCapacity > 0
  const own = reservationsOn(worker, channel)
  return own.length < known.configuredCapacity && !own.some(({ status }) => status === 'pending')
}
