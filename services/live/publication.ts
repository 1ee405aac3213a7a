import type { AgentState, QueueState, TaskState } from '../../schemas/feeds/state.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { createStateHistory } from './state-history.ts'
import { eachKind, stateKinds, type StateIds, type StateLists } from './state-kinds.ts'
import type { StateView } from './state-view.ts'

/** What the API shows, with the memory of what has changed lately: each commit has a number. */
export interface Publication extends StateView {
  readonly queues: Shelf<QueueState>
  readonly agents: Shelf<AgentState>
  readonly tasks: Shelf<TaskState>
  /** The number of the last commit. */
  readonly sequence: number
  /** Gives what was put and removed since the last time a number, and what has moved; false if there was nothing. */
  commit(moved: StateIds): boolean
  /** What was put or removed after a commit; null when that is too long ago, or not yet. */
  touchedSince(sequence: number): StateLists | null
  /** What is in other queues than at a commit, though it may look the same; null as above. */
  movedSince(sequence: number): StateLists | null
}

export function createPublication(): Publication {
  const shelves = {
    queues: createShelf<QueueState>(),
    agents: createShelf<AgentState>(),
    tasks: createShelf<TaskState>(),
  }
  const touches = createStateHistory(0)
  const moves = createStateHistory(0)

  return {
    ...shelves,
    key: '',
    get sequence() {
      return touches.sequence
    },
    commit(moved) {
      const touched = eachKind((kind) => shelves[kind].takeTouched())
      if (stateKinds.every((kind) => touched[kind].size + moved[kind].size === 0)) return false
      const sequence = touches.sequence + 1
      touches.add(sequence, listed(touched))
      moves.add(sequence, listed(moved))
      return true
    },
    touchedSince: (sequence) => touches.since(sequence),
    movedSince: (sequence) => moves.since(sequence),
    pieces: (kind) => shelves[kind].pieces(),
    changesSince(sequence) {
      const touched = touches.since(sequence)
      return touched && eachKind((kind) => shelves[kind].jsonOf(touched[kind]))
    },
  }
}

function listed(ids: StateIds): StateLists {
  return eachKind((kind) => [...ids[kind]])
}
