import type { JsonObject, JsonValue, Path } from './json-value.ts'
import { valueAt } from './json-value.ts'

/** What an expression is asked of. What is left out is null to every name in it. */
export interface RoutingContext {
  /** A worker's attributes and fields, as `workerDocument` gives them. */
  readonly worker?: JsonObject
  /** A task's attributes. */
  readonly task?: JsonObject
  /** How many workers of the step's queue are in which activity, as `workersDocument` gives it. */
  readonly workers?: JsonObject
  /** The time of day, as `momentDocument` gives it. */
  readonly taskrouter?: JsonObject
}

export type Subject = keyof RoutingContext

/** Where an expression stands: the TargetWorkers of a queue, a filter, the expression or the skip_if of a target. */
export type Place = 'queue' | 'filter' | 'target' | 'skip_if'

/**
 * In a queue names are the worker's and in a filter the task's; in a target they are prefixed. A prefix is understood in
 * queues and filters too, since `worker.channel.chat…` is used so, and a name with a prefix that a place does not know, or
 * with none where there must be one, is null: TaskRouter checks nothing but the syntax.
 */
const namesOf: Readonly<Record<Place, { plain: Subject | null; prefixes: readonly Subject[] }>> = {
  queue: { plain: 'worker', prefixes: ['worker', 'taskrouter'] },
  filter: { plain: 'task', prefixes: ['task', 'taskrouter'] },
  target: { plain: null, prefixes: ['worker', 'task', 'taskrouter'] },
  skip_if: { plain: null, prefixes: ['workers', 'task', 'taskrouter'] },
}

/** Whose name it is, and the way in that one's document; null where a place has no such name. */
export function subjectOf(
  path: Path,
  place: Place,
): { readonly subject: Subject; readonly path: Path } | null {
  const { plain, prefixes } = namesOf[place]
  const prefix = prefixes.find((subject) => subject === path[0])
  if (prefix !== undefined && path.length > 1) return { subject: prefix, path: path.slice(1) }
  return plain === null ? null : { subject: plain, path }
}

/** What a name stands for; null where it stands for nothing. */
export function valueOf(path: Path, place: Place, context: RoutingContext): JsonValue {
  const named = subjectOf(path, place)
  if (named === null) return null
  return valueAt(context[named.subject] ?? null, named.path)
}
