import type { LiveState } from './live-state.ts'
import { busyQueuesOf } from './queue-index.ts'
import type { StatePlaces } from './state-filter.ts'
import { eachKind, stateKinds, type StateIds, type StateKind } from './state-kinds.ts'

/** What has been touched, or has moved between queues, since a commit. */
export interface Touched {
  /** What is shown differently, or is new or gone. */
  readonly touched: StateIds
  /** These, and what is in other queues than it was. */
  readonly all: StateIds
  /** Those of all that are in these places now. */
  in(places: StatePlaces): StateIds
}

/**
 * Where what was touched is now is worked out once for all the views that ask in a turn: hundreds of them ask about the
 * same few hundred things. Answers null where the commit is too long ago.
 */
export function createTouchedPlaces(
  state: Pick<LiveState, 'current' | 'details'>,
): (since: number) => Touched | null {
  let sequence = -1
  let known = new Map<number, Touched | null>()

  function touchedSince(since: number): Touched | null {
    const publication = state.current()
    const touched = publication.touchedSince(since)
    const moved = publication.movedSince(since)
    if (touched === null || moved === null) return null
    const all = eachKind((kind) => new Set([...touched[kind], ...moved[kind]]))
    let found: Found | null = null
    return {
      touched,
      all,
      in({ queues, teams }) {
        found ??= findPlaces(state, all)
        return eachKind((kind) => {
          const here = new Set<string>()
          for (const queue of queues) add(here, found?.queues.get(queue)?.[kind])
          for (const team of teams) add(here, found?.teams.get(team)?.[kind])
          return here
        })
      },
    }
  }

  return (since) => {
    const now = state.current().sequence
    if (now !== sequence) known = new Map()
    sequence = now
    let touched = known.get(since)
    if (touched === undefined) known.set(since, (touched = touchedSince(since)))
    return touched
  }
}

/** Most places have something of one kind only. */
type Here = Partial<Record<StateKind, Set<string>>>

/** By the ids and the names of places, what is there. */
interface Found {
  readonly queues: Map<string, Here>
  readonly teams: Map<string, Here>
}

function findPlaces(state: Pick<LiveState, 'current' | 'details'>, all: StateIds): Found {
  const publication = state.current()
  const details = state.details()
  const names = details.names()
  const found: Found = { queues: new Map(), teams: new Map() }

  function queuesOf(kind: StateKind, id: string): Iterable<string> {
    if (kind === 'queues') return [id]
    if (kind === 'agents') return [...workQueuesOf(id), ...details.queuesOf(id)]
    const task = details.task(id)
    return task === undefined ? [] : busyQueuesOf(task)
  }

  function workQueuesOf(agent: string): readonly string[] {
    return publication.agents.get(agent)?.legs.map(({ queue }) => queue) ?? []
  }

  for (const kind of stateKinds) {
    for (const id of all[kind]) {
      if (publication[kind].get(id) === undefined) continue
      for (const queue of queuesOf(kind, id)) {
        put(found.queues, queue, kind, id)
        put(found.queues, names.queue(queue), kind, id)
      }
      const team = kind === 'agents' ? publication.agents.get(id)?.team : null
      if (team == null) continue
      put(found.teams, team.name, kind, id)
      if (team.id !== null) put(found.teams, team.id, kind, id)
    }
  }
  return found
}

function put(places: Map<string, Here>, place: string, kind: StateKind, id: string): void {
  let here = places.get(place)
  if (here === undefined) places.set(place, (here = {}))
  const ids = (here[kind] ??= new Set())
  ids.add(id)
}

function add(here: Set<string>, ids: Iterable<string> = []): void {
  for (const id of ids) here.add(id)
}
