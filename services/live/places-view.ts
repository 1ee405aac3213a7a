import type { LiveState } from './live-state.ts'
import { busyQueuesOf } from './queue-index.ts'
import type { StatePlaces } from './state-filter.ts'
import { createStateHistory, type StateHistory } from './state-history.ts'
import { eachKind, type StateKind } from './state-kinds.ts'
import type { StateView } from './state-view.ts'
import type { createTouchedPlaces, Touched } from './touched-places.ts'

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
  const places = [[...queues], [...teams]] as const
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
    const here = news.in(...places)
    history.add(
      sequence,
      eachKind((kind) => show(kind, here[kind], news)),
    )
    return history
  }

  /** Shows what is here now, and what is not here any more no longer. Answers what is to be told of it. */
  function show(kind: StateKind, here: ReadonlySet<string>, news: Touched): readonly string[] {
    const told: string[] = []
    const known = shown[kind]
    for (const id of here) {
      const isNew = !known.has(id)
      if (isNew) known.add(id)
      if (isNew || news.touched[kind].has(id)) told.push(id)
    }
    const all = news.all[kind]
    const [few, many] = known.size < all.size ? [known, all] : [all, known]
    for (const id of few) {
      if (here.has(id) || !many.has(id)) continue
      known.delete(id)
      told.push(id)
    }
    return told
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
          const [here, gone]: [string[], string[]] = [[], []]
          for (const id of told[kind]) (shown[kind].has(id) ? here : gone).push(id)
          return { present: state.current()[kind].jsonOf(here).present, absent: gone }
        })
      )
    },
  }
}

function nothing(): Shown {
  return eachKind(() => new Set<string>())
}
