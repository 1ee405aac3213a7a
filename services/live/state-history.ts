import { eachKind, type StateIds, type StateKind } from './state-kinds.ts'

/** Which things the last commits have touched. Each commit has a number, which only grows. */
export interface StateHistory {
  /** The number of the last commit. */
  readonly sequence: number
  add(sequence: number, touched: StateIds): void
  /** What was touched after a commit; null when that is too long ago, or not yet. */
  since(sequence: number): StateIds | null
}

/** Hundreds of views keep hundreds of these: in lists, which take a fraction of what sets do. */
interface Commit {
  readonly sequence: number
  readonly touched: Readonly<Record<StateKind, readonly string[]>>
}

const nothing: readonly string[] = []

/** Whoever was away for longer gets everything anew. About a minute when all is busy. */
const commitsMax = 300

/** Begins after the commit of that number. */
export function createStateHistory(begin: number): StateHistory {
  const commits: Commit[] = []
  let last = begin
  /** All is known of what came after it. */
  let first = begin

  return {
    get sequence() {
      return last
    },
    add(sequence, touched) {
      const lists = eachKind((kind) => (touched[kind].size === 0 ? nothing : [...touched[kind]]))
      commits.push({ sequence, touched: lists })
      last = sequence
      if (commits.length > commitsMax) first = commits.shift()?.sequence ?? first
    },
    since(sequence) {
      if (sequence < first || sequence > last) return null
      const ids = eachKind(() => new Set<string>())
      for (let at = commits.length - 1; at >= 0; at--) {
        const commit = commits[at]
        if (commit === undefined || commit.sequence <= sequence) break
        for (const id of commit.touched.queues) ids.queues.add(id)
        for (const id of commit.touched.agents) ids.agents.add(id)
        for (const id of commit.touched.tasks) ids.tasks.add(id)
      }
      return ids
    },
  }
}
