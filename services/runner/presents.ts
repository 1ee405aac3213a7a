import type { Instant } from '../../schemas/events/instant.ts'
import { isToldAlike, type PresentStates } from '../projections/present-states.ts'
import type { Cause } from '../projections/restatements.ts'
import type { Entity } from './entity.ts'

/** What an agent is, and the event that it follows from; null: time alone, or nobody knows any more. */
export interface AgentPresent {
  readonly agent: string
  readonly workspace: string
  readonly present: PresentStates
  readonly cause: Pick<Cause, 'id' | 'at'> | null
}

/** Whose present may be another than when it was last asked for, and whose will be, by time alone. */
export interface Presents {
  /** After each time that an entity was folded. */
  note(one: Entity, cause: AgentPresent['cause']): void
  /** All whose present may be another since the last call, as it is at an instant that is not before any of theirs. */
  take(at: Instant, atThen: (agent: string, at: Instant) => PresentStates | null): AgentPresent[]
  /** The first instant at which time alone changes a present; `Infinity`: none. */
  dueAt(): Instant
}

export function createPresents(): Presents {
  let noted = new Map<string, AgentPresent>()
  const due = new Map<string, { readonly at: Instant; readonly workspace: string }>()

  function wait(agent: string, workspace: string, changesAt: Instant): void {
    if (changesAt === Infinity) due.delete(agent)
    else due.set(agent, { at: changesAt, workspace })
  }

  function put(one: AgentPresent): void {
    const before = noted.get(one.agent)
    // What came later and changed nothing is not what made him so.
    const isSame = before !== undefined && isAlike(before.present, one.present)
    noted.set(one.agent, isSame ? { ...one, cause: before.cause } : one)
  }

  return {
    note({ entity: agent, contribution: { present, workspace } }, cause) {
      if (present === null) return
      wait(agent, workspace, present.changesAt)
      put({ agent, workspace, present, cause })
    },
    take(at, atThen) {
      for (const [agent, { at: changesAt, workspace }] of due) {
        if (changesAt > at) continue
        const present = atThen(agent, at)
        wait(agent, workspace, present?.changesAt ?? Infinity)
        if (present !== null) put({ agent, workspace, present, cause: null })
      }
      const taken = [...noted.values()]
      noted = new Map()
      return taken
    },
    dueAt() {
      let first = Infinity
      for (const { at } of due.values()) first = Math.min(first, at)
      return first
    },
  }
}

function isAlike(a: PresentStates, b: PresentStates): boolean {
  return (
    a.byTarget.size === b.byTarget.size &&
    [...a.byTarget].every(([target, told]) => {
      const other = b.byTarget.get(target)
      return other !== undefined && isToldAlike(told, other)
    })
  )
}
