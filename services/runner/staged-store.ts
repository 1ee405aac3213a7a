import { latestAt, later } from './chapters.ts'
import type { Commit, EntityEntry, ReservationEntry, ShardStore } from './shard-store.ts'

/** What a shard remembers, as it stands after all that was put together to be written. */
export type ShardMemory = Omit<ShardStore, 'commit'>

/** A store in which what is to be committed is seen at once, so that nobody need wait until it is. */
export interface StagedStore extends ShardMemory {
  /** Shows what will be committed; once, before `commit`. */
  stage(changes: Commit): void
  /** Commits it. It stays staged where that fails. */
  commit(): void
}

/**
 * While the rows of some records are being written, the shard goes on with later ones, and must see what it knows of the earlier
 * ones: they are in memory only until their rows are there, because what the store says holds for the rows.
 */
export function createStagedStore(store: ShardStore): StagedStore {
  let staged: Staged | null = null

  return {
    get progress() {
      return store.progress
    },
    stage(changes) {
      if (staged !== null) throw new Error('what was staged last is not committed yet')
      staged = asStaged(changes)
    },
    commit() {
      if (staged === null) return
      store.commit(staged.changes)
      staged = null
    },
    entity: (entity) => staged?.entities.get(entity) ?? store.entity(entity),
    openEntities() {
      const own = staged?.entities ?? noEntities
      const others = store.openEntities().filter(({ entity }) => !own.has(entity))
      return [...others, ...[...own.values()].filter(({ isOpen }) => isOpen)]
    },
    *entityPages() {
      // They may be committed, and so be in the store, before the last page is asked for.
      const own = staged?.entities ?? noEntities
      if (own.size > 0) yield [...own.keys()]
      for (const page of store.entityPages()) yield page.filter((entity) => !own.has(entity))
    },
    chapterAt: (entity, at) =>
      later(latestAt(staged?.changes.chapters.get(entity), at), store.chapterAt(entity, at)),
    reservation: (reservation) =>
      staged?.reservations.get(reservation) ?? store.reservation(reservation),
    row(name) {
      const own = staged?.changes.rows.get(name)
      return own === undefined ? store.row(name) : own
    },
    feed: () => store.feed(),
    copyTo: (file) => store.copyTo(file),
    close: () => store.close(),
  }
}

interface Staged {
  readonly changes: Commit
  readonly entities: ReadonlyMap<string, EntityEntry>
  readonly reservations: ReadonlyMap<string, ReservationEntry>
}

const noEntities: Staged['entities'] = new Map()

function asStaged(changes: Commit): Staged {
  return {
    changes,
    entities: new Map(changes.entities.map((one) => [one.entity, one])),
    reservations: new Map(changes.reservations.map((one) => [one.reservation, one])),
  }
}
