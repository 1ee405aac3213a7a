import type { Parcel } from './delivery.ts'
import type { WaitingDocument } from './outbox/documents.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { AgentState, WaitingState } from './outbox/states.ts'

/** What is to go next to a target. */
export type Job =
  | { readonly kind: 'document'; readonly document: WaitingDocument }
  | { readonly kind: 'states'; readonly states: readonly WaitingState[]; readonly attempts: number }

/** Everybody at once. It is made when it leaves, so it waits nowhere. */
export interface SnapshotJob {
  readonly kind: 'snapshot'
  readonly states: readonly AgentState[]
  readonly parcels: readonly Parcel[]
}

type StatesJob = Extract<Job, { kind: 'states' }>

/** Whose turn it is. What is taken is under way until one of the others is called with it. */
export interface Turns {
  next(): Job | null
  /** It has left, or never will. */
  done(job: Job): void
  /** It is tried again: what waits is looked at anew, because much may be newer by then. */
  failed(job: Job): void
  /** The target does not take these together; each is tried by itself, so that one does not keep the others back. */
  alone(job: StatesJob): void
}

/**
 * All states that wait go before the next document, and then those that have begun to wait since; so after an outage the
 * newest of everyone comes first, and neither keeps the other waiting for ever. Documents go one at a time; of one agent no two
 * states are under way at once.
 */
export function createTurns(outbox: Outbox, target: string, statesMax: number): Turns {
  const busy = new Set<string>()
  const lone = new Set<string>()
  let inDoubt: readonly StatesJob[] = []
  let isDocumentBusy = false
  /** The place of the last state that goes before the next document; null: of all that wait when somebody asks. */
  let roundEnd: number | null = null

  function nextStates(): StatesJob | null {
    // As they were, and so under the same key, as long as nothing newer is known: perhaps they had arrived.
    const [doubted, ...others] = inDoubt
    inDoubt = others
    if (doubted?.states.every(isStillToGo) === true) return begun(doubted)
    const end = (roundEnd ??= outbox.states.lastPlace())
    const waiting = outbox.states
      .first(target, statesMax + busy.size)
      .filter(({ agent, place }) => !busy.has(agent) && place <= end)
      .slice(0, statesMax)
    const [first] = waiting
    if (first === undefined) return null
    const isLone = lone.has(first.agent)
    const together = waiting.filter(({ agent }) => !lone.has(agent))
    return begun({ kind: 'states', states: isLone ? [first] : together, attempts: 0 })
  }

  function isStillToGo(state: AgentState): boolean {
    return !busy.has(state.agent) && outbox.states.isCurrent(target, state)
  }

  function begun(job: StatesJob): StatesJob {
    for (const { agent } of job.states) busy.add(agent)
    return job
  }

  function ended(job: Job): void {
    if (job.kind === 'document') isDocumentBusy = false
    else for (const { agent } of job.states) busy.delete(agent)
  }

  return {
    next() {
      const states = nextStates()
      if (states !== null) return states
      const document = isDocumentBusy ? null : outbox.documents.first(target)
      if (document === null && roundEnd === outbox.states.lastPlace()) return null
      // A round ends where a document has its turn, or where there is none to have it.
      roundEnd = null
      if (document === null) return nextStates()
      isDocumentBusy = true
      return { kind: 'document', document }
    },
    done(job) {
      ended(job)
      if (job.kind === 'states') for (const { agent } of job.states) lone.delete(agent)
    },
    failed(job) {
      ended(job)
      roundEnd = null
      if (job.kind === 'states') inDoubt = [...inDoubt, { ...job, attempts: job.attempts + 1 }]
    },
    alone(job) {
      ended(job)
      for (const { agent } of job.states) lone.add(agent)
    },
  }
}
