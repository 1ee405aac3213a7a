import type { LiveState } from './live-state.ts'
import { busyQueuesOf } from './queue-index.ts'
import { eachKind, stateKinds, type StateIds, type StateKind } from './state-kinds.ts'

/** What has been touched, or has moved between queues, since a commit. */
export interface Touched {
  /** What is shown differently, or is new or gone. */
  readonly touched: StateIds
  /** These, and what is in other queues than it was. */
  readonly all: StateIds
  /** Those of all that are in these queues and teams now, by ids or names. */
  in(queues: readonly string[], teams: readonly string[]): StateIds
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
    const shown = eachKind((kind) => new Set(touched[kind]))
    const all = eachKind((kind) =>
      moved[kind].length === 0 ? shown[kind] : new Set([...touched[kind], ...moved[kind]]),
    )
    let found: Found | null = null
    return {
      touched: shown,
      all,
      in(queues, teams) {
        const { inQueues, inTeams } = (found ??= findPlaces(state, all))
        return eachKind((kind) => {
          const here = new Set<string>()
          for (const queue of queues) add(here, inQueues[kind].get(queue))
          if (kind === 'agents') for (const team of teams) add(here, inTeams.get(team))
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

/** By the ids and the names of places, what is there; something may be there twice. */
type Places = Map<string, string[]>

interface Found {
  readonly inQueues: Readonly<Record<StateKind, Places>>
  /** Agents only. */
  readonly inTeams: Places
}

function findPlaces(state: Pick<LiveState, 'current' | 'details'>, all: StateIds): Found {
  const publication = state.current()
  const details = state.details()
  const names = details.names()
  const inQueues = eachKind<Places>(() => new Map())
  const inTeams: Places = new Map()

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
        put(inQueues[kind], queue, id)
        put(inQueues[kind], names.queue(queue), id)
      }
    }
  }
  for (const id of all.agents) {
    const team = publication.agents.get(id)?.team ?? null
    if (team === null) continue
    put(inTeams, team.name, id)
    if (team.id !== null) put(inTeams, team.id, id)
  }
  return { inQueues, inTeams }
}

function put(places: Places, place: string, id: string): void {
  const here = places.get(place)
  if (here === undefined) places.set(place, [id])
  else here.push(id)
}

function add(here: Set<string>, ids: readonly string[] = []): void {
  for (const id of ids) here.add(id)
}
