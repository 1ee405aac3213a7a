import type { Instant } from '../../schemas/events/instant.ts'
import type { Shard } from '../log/log.ts'
import { wholeTime, type Window } from '../projections/agent-story.ts'
import type { Knowledge } from '../projections/definitions.ts'
import { isSettled, type Fold } from '../projections/projection.ts'
import { withEvents } from '../projections/timeline.ts'
import { folded, type Entity } from './entity.ts'
import type { Chapter } from './shard-store.ts'
import type { ShardMemory } from './staged-store.ts'
import { windowFromJson } from './state-json.ts'
import type { LoadTimelines } from './timelines.ts'

/** As of when timelines are brought back, and by what they are folded then. */
export interface Standpoint {
  /** Only what the shard was told before this position. */
  readonly position: number
  readonly knowledge: Knowledge
  readonly tick: Instant
}

/** The entities of a shard that are in memory; the others are brought back from the store and the ledger when they are wanted. */
export interface EntityMemory {
  get(entity: string): Entity | undefined
  /** As it is now; whoever was put last is forgotten last. */
  put(entity: Entity): void
  /** All in memory, as of the call. */
  all(): readonly Entity[]
  readonly size: number
  /** Brings back what is known but not in memory, folded as it was when it was last looked at. */
  load(names: Iterable<string>, from: Standpoint): Promise<void>
  /** When time passes, everything that is open is concerned; after a start it is not in memory yet. */
  loadOpen(from: Standpoint): Promise<void>
  /** Opens the window that an instant lies in again, with all that came after it. */
  reopen(entity: string, at: Instant, from: Standpoint): Promise<void>
  /** Visits everybody who is not in memory, a page at a time; who rests after the visit as the store has him is forgotten. */
  visitResting(from: Standpoint, visit: (entity: string) => Promise<void> | void): Promise<void>
  /** After the commit: forgets who is at rest and can be loaded again, all but some thousands. */
  tidy(): void
}

/** At rest in memory, at the most: a late event of these costs no query. */
const restingMax = 5_000

export function createEntityMemory(
  shard: Shard,
  fold: Fold,
  store: ShardMemory,
  loadTimelines: LoadTimelines,
  chapterAt: (entity: string, at: Instant) => Chapter | null,
): EntityMemory {
  const entities = new Map<string, Entity>()
  let isOpenLoaded = false

  async function load(names: Iterable<string>, from: Standpoint): Promise<void> {
    const wanted: { entity: string; window: Window }[] = []
    for (const entity of names) {
      const entry = entities.has(entity) ? null : store.entity(entity)
      if (entry !== null) wanted.push({ entity, window: windowFromJson(entry.window) ?? wholeTime })
    }
    if (wanted.length === 0) return
    const timelines = await loadTimelines(shard, wanted, from.position)
    for (const { entity, window } of wanted) {
      const timeline = timelines.get(entity) ?? []
      entities.set(entity, folded(fold, entity, window, timeline, from.knowledge, from.tick))
    }
  }

  async function loadOpen(from: Standpoint): Promise<void> {
    if (isOpenLoaded) return
    await load(
      store.openEntities().map(({ entity }) => entity),
      from,
    )
    isOpenLoaded = true
  }

  async function reopen(entity: string, at: Instant, from: Standpoint): Promise<void> {
    const known = entities.get(entity)
    if (known === undefined || at >= known.window.from) return
    const window = windowFromJson(chapterAt(entity, at)?.window ?? null) ?? wholeTime
    const loaded = await loadTimelines(shard, [{ entity, window }], from.position)
    const timeline = withEvents([], [...(loaded.get(entity) ?? []), ...known.timeline])
    const wide = folded(fold, entity, window, timeline, from.knowledge, from.tick)
    entities.set(entity, { ...wide, isStored: false })
  }

  async function visitResting(
    from: Standpoint,
    visit: (entity: string) => Promise<void> | void,
  ): Promise<void> {
    for (const page of store.entityPages()) {
      const resting = page.filter((entity) => !entities.has(entity))
      await load(resting, from)
      for (const name of resting) {
        await visit(name)
        const after = entities.get(name)
        if (after?.isStored === true && isSettled(after.contribution)) entities.delete(name)
      }
    }
  }

  return {
    get: (entity) => entities.get(entity),
    put(one) {
      entities.delete(one.entity)
      entities.set(one.entity, one)
    },
    all: () => [...entities.values()],
    get size() {
      return entities.size
    },
    load,
    loadOpen,
    reopen,
    visitResting,
    tidy() {
      const resting = [...entities.values()].filter(({ contribution }) => isSettled(contribution))
      for (const { entity } of resting.slice(0, Math.max(0, resting.length - restingMax))) {
        entities.delete(entity)
      }
    },
  }
}
