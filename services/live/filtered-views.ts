import type { LiveState } from './live-state.ts'
import { createPlacesView } from './places-view.ts'
import type { StateFilter } from './state-filter.ts'
import { eachKind } from './state-kinds.ts'
import { noChanges, type StateView } from './state-view.ts'
import { createTouchedPlaces } from './touched-places.ts'

/** Views of the state by filters: one for all who want the same. */
export interface FilteredViews {
  of(filter: StateFilter): StateView
}

/** So many are remembered; whoever comes back with one that was forgotten begins with a new snapshot. */
const viewsMax = 1_000

export function createFilteredViews(state: Pick<LiveState, 'current' | 'details'>): FilteredViews {
  const views = new Map<string, StateView>()
  const touchedSince = createTouchedPlaces(state)

  function of(filter: StateFilter): StateView {
    const view = views.get(filter.key) ?? createView(filter)
    // The last in the map is the one that was wanted last.
    views.delete(filter.key)
    views.set(filter.key, view)
    for (const [oldest] of views) {
      if (views.size <= viewsMax) break
      views.delete(oldest)
    }
    return view
  }

  function createView({ key, kinds, places }: StateFilter): StateView {
    if (key === '') return state.current()
    const all = places === null ? state.current() : createPlacesView(state, touchedSince, places)
    return {
      key,
      pieces: (kind) => (kinds.has(kind) ? all.pieces(kind) : []),
      changesSince(sequence) {
        const changes = all.changesSince(sequence)
        return changes && eachKind((kind) => (kinds.has(kind) ? changes[kind] : noChanges))
      },
    }
  }

  return { of }
}
