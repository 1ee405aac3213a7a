import type { Instant } from '../../schemas/events/instant.ts'
import type { QueueMembership } from '../projections/live-queue.ts'
import type { Condition } from '../routing/condition.ts'
import { momentDocument, workerDocument } from '../routing/documents.ts'
import { valueAt, type JsonObject, type Path } from '../routing/json-value.ts'
import { pathsOf } from '../routing/references.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'
import { createQueueStaff, type Standing } from './queue-staff.ts'

/** Which workers a queue may use: those of whom its TargetWorkers hold, by what is known of both now. */
export interface QueueMembers {
  /** Null: the queue is for nobody. */
  setQueue(queue: string, targetWorkers: Condition | null): void
  removeQueue(queue: string): void
  /** As he is now; what the queues show of him may be another even where he stays in them. */
  setWorker(worker: RoutableWorker, state: Standing['state'], at: Instant): void
  removeWorker(worker: string): void
  /** Queues of whose members something has changed since the last call. */
  takeChanged(): ReadonlySet<string>
  /** How many these are. */
  changedCount(): number
  /** Workers who have come to a queue or left one since the last call. */
  takeMoved(): ReadonlySet<string>
  /** Says that these have moved for whoever asks by name. */
  markMoved(workers: Iterable<string>): void
  /** Whether somebody may come or go because time passes. */
  asksTime(): boolean
  /** Undefined: nobody has told whom the queue may use. */
  members(queue: string): ReadonlySet<string> | undefined
  /** How they stand; null: nobody has told whom the queue may use. */
  membership(queue: string): QueueMembership | null
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

/** A worker as he was when he was last heard of. */
interface Known {
  readonly document: JsonObject
  readonly at: Instant
  readonly standing: Standing
  /** The queues that he is in, by family. */
  readonly lists: readonly (readonly string[])[]
}

const nobody: ReadonlySet<string> = new Set()

/** What workers have at paths that tell each from every other is not worth keeping. */
const knownMax = 10_000

export function createQueueMembers(): QueueMembers {
  const families = new Map<string, Family>()
  const familyOf = new Map<string, Family>()
  const members = new Map<string, Set<string>>()
  const queuesOf = new Map<string, ReadonlySet<string>>()
  const workers = new Map<string, Known>()
  const staff = createQueueStaff()

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
    for (const [worker, { document, at, standing }] of workers) {
      if (!condition.holds({ worker: document, taskrouter: momentDocument(at) })) continue
      moved.add(worker)
      enter(worker, queue, standing)
      queuesOf.set(worker, new Set([...(queuesOf.get(worker) ?? []), queue]))
    }
  }

  function removeQueue(queue: string): void {
    for (const worker of members.get(queue) ?? []) {
      moved.add(worker)
      const others = [...(queuesOf.get(worker) ?? [])].filter((each) => each !== queue)
      queuesOf.set(worker, new Set(others))
    }
    members.delete(queue)
    staff.remove(queue)
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

  function setWorker(worker: RoutableWorker, state: Standing['state'], at: Instant): void {
    const { sid, activity } = worker
    const document = workerDocument(worker)
    const known = workers.get(sid)
    const standing = { state, activity: activity.sid === '' ? null : activity.sid }
    const lists = [...families.values()].map((family) => queuesIn(family, document, at))
    workers.set(sid, { document, at, standing, lists })
    const before = queuesOf.get(sid) ?? nobody
    if (known !== undefined) stand(before, known.standing, standing)
    // What families remember is the same list again: then he is where he was, as nearly always.
    if (known !== undefined && isSame(known.lists, lists)) return
    const after = new Set(lists.flat())
    for (const queue of before) {
      if (after.has(queue)) continue
      changed.add(queue)
      moved.add(sid)
      leave(sid, queue, standing)
    }
    for (const queue of after) {
      if (before.has(queue)) continue
      changed.add(queue)
      moved.add(sid)
      enter(sid, queue, standing)
    }
    queuesOf.set(sid, after)
  }

  /** Somebody who is in these queues stands otherwise. */
  function stand(inQueues: ReadonlySet<string>, before: Standing, after: Standing): void {
    if (before.state === after.state && before.activity === after.activity) return
    for (const queue of inQueues) {
      changed.add(queue)
      staff.leave(queue, before)
      staff.enter(queue, after)
    }
  }

  function enter(worker: string, queue: string, standing: Standing): void {
    members.get(queue)?.add(worker)
    staff.enter(queue, standing)
  }

  function leave(worker: string, queue: string, standing: Standing): void {
    members.get(queue)?.delete(worker)
    staff.leave(queue, standing)
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
    const known = workers.get(worker)
    for (const queue of queuesOf.get(worker) ?? nobody) {
      changed.add(queue)
      if (known !== undefined) leave(worker, queue, known.standing)
    }
    queuesOf.delete(worker)
    workers.delete(worker)
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
    changedCount: () => changed.size,
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
    membership: (queue) => (members.has(queue) ? staff.of(queue) : null),
    queuesOf: (worker) => queuesOf.get(worker) ?? nobody,
  }
}

function isSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((each, place) => each === others[place])
}
