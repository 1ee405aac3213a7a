import type { QueueMembership } from '../projections/live-queue.ts'

/** What a queue shows of one whom it may use. */
export interface Standing {
  readonly state: keyof QueueMembership['byState']
  /** Null: none is known. */
  readonly activity: string | null
}

/**
 * How many whom a queue may use stand how. Counted up and down as they come, go and change: to look at all of them again
 * whenever one of hundreds changes is most of what a large centre costs.
 */
export interface QueueStaff {
  enter(queue: string, standing: Standing): void
  /** As he stood when he entered. */
  leave(queue: string, standing: Standing): void
  /** Forgets a queue that nobody is in any more. */
  remove(queue: string): void
  of(queue: string): QueueMembership
}

interface Counts {
  total: number
  readonly byState: Map<string, number>
  readonly byActivity: Map<string, number>
}

export function createQueueStaff(): QueueStaff {
  const queues = new Map<string, Counts>()

  function add(queue: string, { state, activity }: Standing, by: 1 | -1): void {
    let counts = queues.get(queue)
    if (counts === undefined) {
      queues.set(queue, (counts = { total: 0, byState: new Map(), byActivity: new Map() }))
    }
    counts.total += by
    count(counts.byState, state, by)
    if (activity !== null) count(counts.byActivity, activity, by)
  }

  return {
    enter: (queue, standing) => add(queue, standing, 1),
    leave: (queue, standing) => add(queue, standing, -1),
    remove: (queue) => void queues.delete(queue),
    of(queue) {
      const counts = queues.get(queue)
      return {
        total: counts?.total ?? 0,
        byState: inOrder(counts?.byState),
        byActivity: inOrder(counts?.byActivity),
      }
    },
  }
}

function count(counts: Map<string, number>, name: string, by: 1 | -1): void {
  const now = (counts.get(name) ?? 0) + by
  if (now === 0) counts.delete(name)
  else counts.set(name, now)
}

/** The same text for the same numbers, whatever came first. */
function inOrder(counts: ReadonlyMap<string, number> = new Map()): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
