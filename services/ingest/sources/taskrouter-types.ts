import {
  configEventTypes,
  reservationEventTypes,
  taskEventTypes,
  transferEventTypes,
  workerEventTypes,
} from '../../../schemas/events/event-types.ts'

type Ours =
  | 'reservation.hold'
  | 'reservation.unhold'
  | 'reservation.force-closed'
  | 'definitions.set'
  | 'mapping.set'
  | 'identities.set'
  | 'forecast.set'
  | 'task-queue.configured'
  | 'workflow.configured'
  | 'task.preceded'
  | 'task.force-closed'
  | 'task.reopened'

/** A type of event that TaskRouter sends, with what it is about: that decides which parameters mean what. */
export type TaskRouterType =
  | { readonly group: 'task'; readonly type: Exclude<(typeof taskEventTypes)[number], Ours> }
  | { readonly group: 'transfer'; readonly type: (typeof transferEventTypes)[number] }
  | {
      readonly group: 'reservation'
      readonly type: Exclude<(typeof reservationEventTypes)[number], Ours>
    }
  | { readonly group: 'worker'; readonly type: (typeof workerEventTypes)[number] }
  | { readonly group: 'config'; readonly type: Exclude<(typeof configEventTypes)[number], Ours> }

/**
 * Null for a type that TaskRouter is not known to send. What the hub itself writes is among those, so that no callback
 * can pass for a tick of the clock or a definition.
 */
export function taskRouterType(sent: string): TaskRouterType | null {
  const name = sent.toLowerCase()
  return types.get(aliases.get(name) ?? name) ?? null
}

const aliases = new Map([['task-queue.expression-updated', 'task-queue.expression.updated']])

const ours = new Set<string>([
  'reservation.hold',
  'reservation.unhold',
  'reservation.force-closed',
  'definitions.set',
  'mapping.set',
  'identities.set',
  'forecast.set',
  'task-queue.configured',
  'workflow.configured',
  'task.preceded',
  'task.force-closed',
  'task.reopened',
] satisfies Ours[])

function isTheirs<Type extends string>(type: Type): type is Exclude<Type, Ours> {
  return !ours.has(type)
}

const types = new Map<string, TaskRouterType>(
  [
    ...taskEventTypes.filter(isTheirs).map((type) => ({ group: 'task', type }) as const),
    ...transferEventTypes.map((type) => ({ group: 'transfer', type }) as const),
    ...reservationEventTypes
      .filter(isTheirs)
      .map((type) => ({ group: 'reservation', type }) as const),
    ...workerEventTypes.map((type) => ({ group: 'worker', type }) as const),
    ...configEventTypes.filter(isTheirs).map((type) => ({ group: 'config', type }) as const),
  ].map((known) => [known.type, known]),
)
