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
  /** As he stood before. */
  leave(queue: string, standing: Standing): void
  /** Forgets a queue that nobody is in any more. */
  remove(queue: string): void
  of(queue: string): QueueMembership
}

interface Counts {
  total: number
  readonly byState: Tally
  readonly byActivity: Tally
}

/**
 * How often each name was counted, in the order of the names: the same text for the same numbers, whatever came first. A name stays
 * when nobody is left of it, for there are few and they come again: to sort them whenever they are told is most of what telling costs.
 */
interface Tally {
  readonly names: string[]
  readonly counts: number[]
}

export function createQueueStaff(): QueueStaff {
  const queues = new Map<string, Counts>()

  function add(queue: string, { state, activity }: Standing, by: 1 | -1): void {
    let counts = queues.get(queue)
    if (counts === undefined) {
      queues.set(queue, (counts = { total: 0, byState: nobody(), byActivity: nobody() }))
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
      if (counts === undefined) return { total: 0, byState: {}, byActivity: {} }
      const { total, byState, byActivity } = counts
      return { total, byState: recordOf(byState), byActivity: recordOf(byActivity) }
    },
  }
}

function nobody(): Tally {
  return { names: [], counts: [] }
}

function count({ names, counts }: Tally, name: string, by: 1 | -1): void {
  let place = names.indexOf(name)
  if (place < 0) {
    const after = names.findIndex((other) => other > name)
    place = after < 0 ? names.length : after
    names.splice(place, 0, name)
    counts.splice(place, 0, 0)
  }
  counts[place] = (counts[place] ?? 0) + by
}

function recordOf({ names, counts }: Tally): Record<string, number> {
  const record: Record<string, number> = {}
  names.forEach((name, place) => {
    const of = counts[place] ?? 0
    if (of !== 0) record[name] = of
  })
  return record
}
