import type { Instant } from '../../schemas/events/instant.ts'
import type { Condition } from '../routing/condition.ts'
import { momentDocument, workerDocument } from '../routing/documents.ts'
import { valueAt, type JsonObject, type Path } from '../routing/json-value.ts'
import { pathsOf } from '../routing/references.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'

/** Which workers a queue may use: those of whom its TargetWorkers hold, by what is known of both now. */
export interface QueueMembers {
  /** Null: the queue is for nobody. */
  setQueue(queue: string, targetWorkers: Condition | null): void
  removeQueue(queue: string): void
  /** As he is now; what the queues show of him may be another even where he stays in them. */
  setWorker(worker: RoutableWorker, at: Instant): void
  removeWorker(worker: string): void
  /** Queues of whose members something has changed since the last call. */
  takeChanged(): ReadonlySet<string>
  /** Workers who have come to a queue or left one since the last call. */
  takeMoved(): ReadonlySet<string>
  /** Says that these have moved for whoever asks by name. */
  markMoved(workers: Iterable<string>): void
  /** Whether somebody may come or go because time passes. */
  asksTime(): boolean
  /** Undefined: nobody has told whom the queue may use. */
  members(queue: string): ReadonlySet<string> | undefined
  queuesOf(worker: string): ReadonlySet<string>
}

/**
 * Queues whose conditions go by the same names. Of workers who are alike in these they hold or not alike, so each is asked
 * once for all of these: thousands of workers have some hundred sets of skills.
 */
interface Family {
  readonly paths: readonly Path[]
  readonly asksTime: boolean
  readonly conditions: Map<string, Condition>
  /** By what workers have at the paths: the queues that they are in. */
  readonly known: Map<string, readonly string[]>
}

const nobody: ReadonlySet<string> = new Set()

/** What workers have at paths that tell each from every other is not worth keeping. */
const knownMax = 10_000

export function createQueueMembers(): QueueMembers {
  const families = new Map<string, Family>()
  const familyOf = new Map<string, Family>()
  const members = new Map<string, Set<string>>()
  const queuesOf = new Map<string, ReadonlySet<string>>()
  const workers = new Map<string, { readonly document: JsonObject; readonly at: Instant }>()

  let changed = new Set<string>()
  let moved = new Set<string>()

  function setQueue(queue: string, condition: Condition | null): void {
    removeQueue(queue)
    members.set(queue, new Set())
    if (condition === null) return
    const family = familyFor(condition)
    family.conditions.set(queue, condition)
    family.known.clear()
    familyOf.set(queue, family)
    for (const [worker, { document, at }] of workers) {
      if (condition.holds({ worker: document, taskrouter: momentDocument(at) })) join(worker, queue)
    }
  }

  function removeQueue(queue: string): void {
    for (const worker of members.get(queue) ?? []) leave(worker, queue)
    members.delete(queue)
    const family = familyOf.get(queue)
    family?.conditions.delete(queue)
    family?.known.clear()
    familyOf.delete(queue)
  }

  function familyFor(condition: Condition): Family {
    const paths = pathsOf(condition, 'worker')
    const asksTime = pathsOf(condition, 'taskrouter').length > 0
    const key = JSON.stringify([paths.map((path) => JSON.stringify(path)).sort(), asksTime])
    let family = families.get(key)
    if (family === undefined) {
      family = { paths, asksTime, conditions: new Map(), known: new Map() }
      families.set(key, family)
    }
    return family
  }

  function setWorker(worker: RoutableWorker, at: Instant): void {
    const { sid } = worker
    const document = workerDocument(worker)
    workers.set(sid, { document, at })
    const before = queuesOf.get(sid) ?? nobody
    const after = new Set<string>()
    for (const family of families.values()) {
      for (const queue of queuesIn(family, document, at)) after.add(queue)
    }
    for (const queue of before) {
      changed.add(queue)
      if (after.has(queue)) continue
      moved.add(sid)
      members.get(queue)?.delete(sid)
    }
    for (const queue of after) {
      changed.add(queue)
      if (before.has(queue)) continue
      moved.add(sid)
      members.get(queue)?.add(sid)
    }
    queuesOf.set(sid, after)
  }

  function queuesIn(family: Family, document: JsonObject, at: Instant): readonly string[] {
    const { paths, asksTime, conditions, known } = family
    const key = JSON.stringify(paths.map((path) => valueAt(document, path)))
    const before = asksTime ? undefined : known.get(key)
    if (before !== undefined) return before
    const context = { worker: document, taskrouter: momentDocument(at) }
    const queues = [...conditions].flatMap(([queue, one]) => (one.holds(context) ? [queue] : []))
    if (known.size >= knownMax) known.clear()
    if (!asksTime) known.set(key, queues)
    return queues
  }

  function removeWorker(worker: string): void {
    for (const queue of queuesOf.get(worker) ?? nobody) {
      changed.add(queue)
      members.get(queue)?.delete(worker)
    }
    queuesOf.delete(worker)
    workers.delete(worker)
  }

  function join(worker: string, queue: string): void {
    moved.add(worker)
    members.get(queue)?.add(worker)
    queuesOf.set(worker, new Set([...(queuesOf.get(worker) ?? []), queue]))
  }

  function leave(worker: string, queue: string): void {
    moved.add(worker)
    queuesOf.set(
      worker,
      new Set([...(queuesOf.get(worker) ?? [])].filter((each) => each !== queue)),
    )
  }

  return {
    setQueue,
    removeQueue,
    setWorker,
    removeWorker,
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
    takeMoved() {
      const taken = moved
      moved = new Set()
      return taken
    },
    markMoved(workers) {
      for (const worker of workers) moved.add(worker)
    },
    asksTime: () => [...families.values()].some((one) => one.asksTime && one.conditions.size > 0),
    members: (queue) => members.get(queue),
    queuesOf: (worker) => queuesOf.get(worker) ?? nobody,
  }
}
