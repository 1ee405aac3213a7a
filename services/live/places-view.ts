import type { LiveState } from './live-state.ts'
import { busyQueuesOf } from './queue-index.ts'
import type { StatePlaces } from './state-filter.ts'
import { createStateHistory, type StateHistory } from './state-history.ts'
import { eachKind, stateKinds, type StateKind } from './state-kinds.ts'
import type { StateView } from './state-view.ts'

type Shown = Readonly<Record<StateKind, Set<string>>>

/**
 * What is of some queues or teams. It knows what it has shown, so that what leaves them can be told as removed. It is
 * brought up to date when somebody looks, by what has been touched since, and costs nothing while nobody does.
 */
export function createPlacesView(
  state: Pick<LiveState, 'current' | 'details'>,
  { queues, teams }: StatePlaces,
): Omit<StateView, 'key'> {
  let shown: Shown = nothing()
  let history: StateHistory | null = null

  function isQueue(id: string): boolean {
    return queues.has(id) || queues.has(state.details().names().queue(id))
  }

  /** By his team and his work; being a member of a queue is looked at apart. */
  function isAtWorkHere(agent: string): boolean {
    const known = state.current().agents.get(agent)
    if (known === undefined) return false
    const { team, legs } = known
    if (team !== null && (teams.has(team.name) || teams.has(team.id ?? team.name))) return true
    return legs.some((leg) => isQueue(leg.queue))
  }

  function isTaskHere(id: string): boolean {
    const task = state.details().task(id)
    return task !== undefined && [...busyQueuesOf(task)].some(isQueue)
  }

  const isHere: Readonly<Record<StateKind, (id: string) => boolean>> = {
    queues: isQueue,
    agents: (id) => isAtWorkHere(id) || [...state.details().queuesOf(id)].some(isQueue),
    tasks: isTaskHere,
  }

  /** From the queues to their members: to ask each of thousands of agents for each of his queues takes ten times as long. */
  function lookAtAll(): Shown {
    const publication = state.current()
    const found = nothing()
    for (const id of publication.queues.ids()) if (isQueue(id)) found.queues.add(id)
    for (const id of publication.tasks.ids()) if (isTaskHere(id)) found.tasks.add(id)
    for (const id of publication.agents.ids()) if (isAtWorkHere(id)) found.agents.add(id)
    for (const queue of new Set([...found.queues, ...queues])) {
      for (const id of state.details().members(queue) ?? []) {
        if (publication.agents.get(id) !== undefined) found.agents.add(id)
      }
    }
    return found
  }

  function bringUpToDate(): StateHistory {
    const publication = state.current()
    const { sequence } = publication
    if (history?.sequence === sequence) return history
    const touched = history && publication.touchedSince(history.sequence)
    const moved = history && publication.movedSince(history.sequence)
    if (history === null || touched === null || moved === null) {
      shown = lookAtAll()
      return (history = createStateHistory(sequence))
    }
    const told = nothing()
    for (const kind of stateKinds) {
      for (const id of new Set([...touched[kind], ...moved[kind]])) {
        const was = shown[kind].has(id)
        const is = publication[kind].get(id) !== undefined && isHere[kind](id)
        if (is) shown[kind].add(id)
        else shown[kind].delete(id)
        if (is === was ? is && touched[kind].has(id) : true) told[kind].add(id)
      }
    }
    history.add(sequence, told)
    return history
  }

  return {
    pieces(kind) {
      bringUpToDate()
      const { present } = state.current()[kind].jsonOf(shown[kind])
      return present === '[]' ? [] : [Buffer.from(present.slice(1, -1))]
    },
    changesSince(sequence) {
      const told = bringUpToDate().since(sequence)
      return (
        told &&
        eachKind((kind) => {
          const here = [...told[kind]].filter((id) => shown[kind].has(id))
          const gone = [...told[kind]].filter((id) => !shown[kind].has(id))
          return { present: state.current()[kind].jsonOf(here).present, absent: gone }
        })
      )
    },
  }
}

function nothing(): Shown {
  return eachKind(() => new Set<string>())
}
