import { eachKind, type StateLists } from './state-kinds.ts'

/** Which things the last commits have touched. Each commit has a number, which only grows. */
export interface StateHistory {
  /** The number of the last commit. */
  readonly sequence: number
  add(sequence: number, touched: StateLists): void
  /** What was touched after a commit; null when that is too long ago, or not yet. */
  since(sequence: number): StateLists | null
}

interface Commit {
  readonly sequence: number
  readonly touched: StateLists
}

const nothing: StateLists = eachKind(() => [])

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
      commits.push({ sequence, touched })
      last = sequence
      if (commits.length > commitsMax) first = commits.shift()?.sequence ?? first
    },
    since(sequence) {
      if (sequence < first || sequence > last) return null
      let begin = commits.length
      while ((commits[begin - 1]?.sequence ?? 0) > sequence) begin--
      const [one, ...more] = commits.slice(begin)
      if (one === undefined) return nothing
      if (more.length === 0) return one.touched
      return eachKind((kind) => [
        ...new Set([one, ...more].flatMap(({ touched }) => touched[kind])),
      ])
    },
  }
}
