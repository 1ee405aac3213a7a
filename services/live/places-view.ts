import type { LiveState } from './live-state.ts'
import { busyQueuesOf } from './queue-index.ts'
import type { StatePlaces } from './state-filter.ts'
import { createStateHistory, type StateHistory } from './state-history.ts'
import { eachKind, stateKinds, type StateKind } from './state-kinds.ts'
import type { StateView } from './state-view.ts'
import type { createTouchedPlaces } from './touched-places.ts'

/** The state as it is when somebody looks, and what of it is in the places. */
interface Looked {
  readonly publication: ReturnType<LiveState['current']>
  readonly details: ReturnType<LiveState['details']>
  readonly isQueue: (id: string) => boolean
  readonly isAtWorkHere: (agent: string) => boolean
  readonly isTaskHere: (task: string) => boolean
}

type Shown = Readonly<Record<StateKind, Set<string>>>

/**
 * What is of some queues or teams. It knows what it has shown, so that what leaves them can be told as removed. It is
 * brought up to date when somebody looks, by what has been touched since, and costs nothing while nobody does.
 */
export function createPlacesView(
  state: Pick<LiveState, 'current' | 'details'>,
  touchedSince: ReturnType<typeof createTouchedPlaces>,
  { queues, teams }: StatePlaces,
): Omit<StateView, 'key'> {
  let shown: Shown = nothing()
  let history: StateHistory | null = null

  /** Brings the state up to date once, for all that is asked of it in one go. */
  function look(): Looked {
    const publication = state.current()
    const details = state.details()
    const names = details.names()
    const isQueue = (id: string) => queues.has(id) || queues.has(names.queue(id))
    // By his team and his work; being a member of a queue is looked at apart.
    function isAtWorkHere(agent: string): boolean {
      const known = publication.agents.get(agent)
      if (known === undefined) return false
      const { team, legs } = known
      if (team !== null && (teams.has(team.name) || teams.has(team.id ?? team.name))) return true
      return legs.some((leg) => isQueue(leg.queue))
    }
    function isTaskHere(id: string): boolean {
      const task = details.task(id)
      return task !== undefined && [...busyQueuesOf(task)].some(isQueue)
    }
    return { publication, details, isQueue, isAtWorkHere, isTaskHere }
  }

  /** From the queues to their members: to ask each of thousands of agents for each of his queues takes ten times as long. */
  function lookAtAll({ publication, details, isQueue, isAtWorkHere, isTaskHere }: Looked): Shown {
    const found = nothing()
    for (const id of publication.queues.ids()) if (isQueue(id)) found.queues.add(id)
    for (const id of publication.tasks.ids()) if (isTaskHere(id)) found.tasks.add(id)
    for (const id of publication.agents.ids()) if (isAtWorkHere(id)) found.agents.add(id)
    for (const queue of new Set([...found.queues, ...queues])) {
      for (const id of details.members(queue) ?? []) {
        if (publication.agents.get(id) !== undefined) found.agents.add(id)
      }
    }
    return found
  }

  function bringUpToDate(): StateHistory {
    const { sequence } = state.current()
    if (history?.sequence === sequence) return history
    const news = history && touchedSince(history.sequence)
    if (history === null || news === null) {
      shown = lookAtAll(look())
      return (history = createStateHistory(sequence))
    }
    const here = news.in({ queues, teams })
    const told = nothing()
    for (const kind of stateKinds) {
      for (const id of new Set([...here[kind], ...both(shown[kind], news.all[kind])])) {
        const was = shown[kind].has(id)
        const is = here[kind].has(id)
        if (is) shown[kind].add(id)
        else if (was) shown[kind].delete(id)
        if (is === was ? is && news.touched[kind].has(id) : true) told[kind].add(id)
      }
    }
    history.add(sequence, told)
    return history
  }

  return {
    pieces(kind) {
      bringUpToDate()
      const { present } = state.current()[kind].jsonOf(shown[kind])
      return present === '[]' ? [] : [present.slice(1, -1)]
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

/** What is in both, at the cost of the smaller. */
function both(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  return [...few].filter((id) => many.has(id))
}

function nothing(): Shown {
  return eachKind(() => new Set<string>())
}
