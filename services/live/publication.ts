import type { AgentState, QueueState, TaskState } from '../../schemas/feeds/state.ts'
import { createShelf, type Shelf } from './shelf.ts'

/** What the API shows, with the memory of what has changed lately: each commit has a number. */
export interface Publication {
  readonly queues: Shelf<QueueState>
  readonly agents: Shelf<AgentState>
  readonly tasks: Shelf<TaskState>
  /** The number of the last commit. */
  readonly sequence: number
  /** Gives what was put and removed since the last time a number; false if there was nothing. */
  commit(): boolean
  /** What is different since a commit, as JSON; null when that is too long ago, or not yet. */
  changesSince(sequence: number): ChangesJson | null
}

/** Parts of a JSON text, made once for all who want to know the same. */
export interface ChangesJson {
  readonly queues: string
  readonly agents: string
  readonly tasks: string
  readonly removed: string
}

interface Commit {
  readonly queues: ReadonlySet<string>
  readonly agents: ReadonlySet<string>
  readonly tasks: ReadonlySet<string>
}

const kinds = ['queues', 'agents', 'tasks'] as const

/** Whoever was away for longer gets everything anew. About a minute when all is busy. */
const commitsMax = 300

export function createPublication(): Publication {
  const shelves = {
    queues: createShelf<QueueState>(),
    agents: createShelf<AgentState>(),
    tasks: createShelf<TaskState>(),
  }
  const commits: Commit[] = []
  const made = new Map<number, ChangesJson>()
  let sequence = 0

  function commit(): boolean {
    const touched = {
      queues: shelves.queues.takeTouched(),
      agents: shelves.agents.takeTouched(),
      tasks: shelves.tasks.takeTouched(),
    }
    if (kinds.every((kind) => touched[kind].size === 0)) return false
    sequence++
    made.clear()
    commits.push(touched)
    if (commits.length > commitsMax) commits.shift()
    return true
  }

  function changesSince(since: number): ChangesJson | null {
    const count = sequence - since
    if (count < 0 || count > commits.length) return null
    const known = made.get(since)
    if (known !== undefined) return known
    const changes = makeChanges(count === 0 ? [] : commits.slice(-count))
    made.set(since, changes)
    return changes
  }

  function makeChanges(since: readonly Commit[]): ChangesJson {
    const parts = { queues: '[]', agents: '[]', tasks: '[]' }
    const removed: Record<string, readonly string[]> = {}
    for (const kind of kinds) {
      const ids = [...new Set(since.flatMap((each) => [...each[kind]]))]
      const { present, absent } = shelves[kind].jsonOf(ids)
      parts[kind] = present
      removed[kind] = absent
    }
    return { ...parts, removed: JSON.stringify(removed) }
  }

  return {
    ...shelves,
    get sequence() {
      return sequence
    },
    commit,
    changesSince,
  }
}
