import type { Span } from '../../schemas/events/instant.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import type { SimulatedEvent, TaskRouterEventType } from '../../services/simulator/model/event.ts'
import type { SimulatedDay } from './simulated-day.ts'

// What TaskRouter's statistics would say of a simulated centre, counted from what the simulator has sent and written down.

/** Whose numbers: those of whom all that is given holds. */
export interface Scope {
  readonly queue?: string
  readonly workflow?: string
  readonly worker?: string
  readonly channel?: string
}

export interface WaitTruth {
  readonly avg: number
  readonly min: number
  readonly max: number
  readonly total: number
}

export interface StatisticsTruth {
  /** How many events of these types. */
  count(scope: Scope, ...types: readonly TaskRouterEventType[]): number
  reservations(scope: Scope): Readonly<Record<string, number>>
  /** Milliseconds since the task's creation of each that was accepted, or canceled. */
  waits(scope: Scope, type: 'reservation.accepted' | 'task.canceled'): readonly number[]
  /** Milliseconds in the queue of each visit that was answered. */
  waitsInQueue(scope: Scope): readonly number[]
  /** By activity, the stretches of these agents, cut to the window. */
  stretches(agents: ReadonlySet<string>): ReadonlyMap<string, readonly number[]>
}

export function statisticsTruth(
  { simulation, events }: SimulatedDay,
  window: Span,
): StatisticsTruth {
  const { chronicle } = simulation
  const isIn = (at: number) => at >= window.from && at < window.to
  const seen = events.filter(({ at }) => isIn(at))
  const answered = new Map(
    chronicle.visits.flatMap(({ exit, enteredAt }) =>
      exit?.leg == null ? [] : [[exit.leg.reservation, exit.at - enteredAt] as const],
    ),
  )
  const of = (scope: Scope, ...types: readonly TaskRouterEventType[]) =>
    seen.filter((event) => types.includes(event.type) && isOf(event, scope))

  return {
    count: (scope, ...types) => of(scope, ...types).length,
    reservations(scope) {
      const number = (type: TaskRouterEventType) => of(scope, type).length
      return {
        reservationsCreated: number('reservation.created'),
        reservationsAccepted: number('reservation.accepted'),
        reservationsRejected: number('reservation.rejected'),
        reservationsTimedOut: number('reservation.timeout'),
        reservationsCanceled: number('reservation.canceled'),
        reservationsRescinded: number('reservation.rescinded'),
      }
    },
    waits: (scope, type) => of(scope, type).map(({ at, task }) => at - (task?.createdAt ?? NaN)),
    waitsInQueue: (scope) =>
      of(scope, 'reservation.accepted').flatMap(
        ({ reservation }) => answered.get(reservation?.sid ?? '') ?? [],
      ),
    stretches(agents) {
      const found = new Map<string, number[]>()
      for (const { agent, activity, from, to } of chronicle.activitySpans) {
        const length = Math.min(to ?? window.to, window.to) - Math.max(from, window.from)
        if (length <= 0 || !agents.has(agent)) continue
        found.set(activity, [...(found.get(activity) ?? []), length])
      }
      return found
    },
  }
}

/** A task that is moved counts where it came from. */
function isOf(event: SimulatedEvent, { queue, workflow, worker, channel }: Scope): boolean {
  const { type, task, previousQueue } = event
  const in_ = type === 'task-queue.moved' ? previousQueue?.sid : task?.queue?.sid
  return (
    (queue === undefined || in_ === queue) &&
    (workflow === undefined || task?.workflowSid === workflow) &&
    (worker === undefined || event.worker?.sid === worker) &&
    (channel === undefined || task?.channel === channel)
  )
}

/** Whole seconds, what is over is cut off. */
export function inSeconds(lengths: readonly number[]): WaitTruth {
  if (lengths.length === 0) return { avg: 0, min: 0, max: 0, total: 0 }
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const seconds = (ms: number) => Math.trunc(ms / 1000)
  return {
    avg: seconds(total / lengths.length),
    min: seconds(Math.min(...lengths)),
    max: seconds(Math.max(...lengths)),
    total: seconds(total),
  }
}

export function splitAt(
  seconds: number,
  truth: StatisticsTruth,
  scope: Scope,
): Readonly<Record<'above' | 'below', Readonly<Record<string, number>>>> {
  const accepted = truth.waits(scope, 'reservation.accepted')
  const canceled = truth.waits(scope, 'task.canceled')
  const above = (waits: readonly number[]) => waits.filter((ms) => ms > seconds * 1000).length
  return {
    above: { tasks_canceled: above(canceled), reservations_accepted: above(accepted) },
    below: {
      tasks_canceled: canceled.length - above(canceled),
      reservations_accepted: accepted.length - above(accepted),
    },
  }
}

/** The tasks that are not over, as TaskRouter has told of them last. */
export function tasksLeft({
  events,
}: SimulatedDay): readonly NonNullable<SimulatedEvent['task']>[] {
  const last = new Map<string, NonNullable<SimulatedEvent['task']>>()
  for (const { type, task } of events) {
    if (task === undefined) continue
    if (ends.has(type)) last.delete(task.sid)
    else if (type === 'task.created' || last.has(task.sid)) last.set(task.sid, task)
  }
  return [...last.values()]
}

const ends = new Set<string>([
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.system-deleted',
])

/** By agent, the activity that he is in at the end. */
export function activitiesLeft({ simulation }: SimulatedDay): ReadonlyMap<string, string> {
  const open = simulation.chronicle.activitySpans.filter(({ to }) => to === null)
  return new Map(open.map(({ agent, activity }) => [agent, activity]))
}

/** Who has the skill that the queue asks for. */
export function membersOf(centre: Centre, queue: Centre['queues'][number]): ReadonlySet<string> {
  return new Set(
    centre.agents
      .filter(({ queues }) => queues.some(({ skill }) => skill === queue.skill))
      .map(({ sid }) => sid),
  )
}
