import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Shard } from '../log/log.ts'
import { learn, mattersTo, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import { wholeLife, type LiveWindow } from '../projections/live-window.ts'
import type { LiveKind } from './live-kinds.ts'
import { createRecentIds, type RecentIds } from './recent-ids.ts'

export interface Arrived {
  /** Empty for what every shard is told. */
  readonly entity: string
  readonly event: LedgerEvent
}

/** What a shard must remember to go on where it stood. */
export interface ShardMemory {
  readonly time: Instant
  readonly tick: Instant
  readonly known: readonly LedgerEvent[]
  readonly over: readonly (readonly [string, Instant])[]
  readonly horizon: Instant
  readonly entities: readonly (readonly [entity: string, live: LiveWindow])[]
}

/** The timelines of one shard, as far as the present needs them, and what they come to. */
export interface LiveShard<View> {
  readonly shard: Shard
  /** The last tick of the clock in this shard. */
  readonly tick: Instant
  readonly knowledge: Knowledge
  readonly entitiesCount: number
  take(arrivals: readonly Arrived[]): void
  /** Folds what has changed since the last call and tells each view that may be different; null: it is gone. */
  refresh(report: (entity: string, view: View | null) => void): void
  /** Forgets what is over, a few entities at a time, so that nobody waits for it. */
  sweep(entitiesMax: number): void
  memory(): ShardMemory
}

interface Entity<View> {
  live: LiveWindow
  isDirty: boolean
  view: View | null
  /** When it may be forgotten if nothing happens before. */
  dropAt: Instant | null
}

export function createLiveShard<View>(
  shard: Shard,
  kind: LiveKind<View>,
  memory?: ShardMemory,
): LiveShard<View> {
  const entities = new Map<string, Entity<View>>()
  const known = new Map<string, LedgerEvent>()
  const over: RecentIds = createRecentIds(memory?.over, memory?.horizon)
  let dirty = new Set<string>()
  /** Entities that were dropped since the last refresh. */
  let gone = new Set<string>()
  let knowledge: Knowledge = nothingKnown
  let tick = memory?.tick ?? 0
  let time = memory?.time ?? 0
  let sweptAt = 0
  let toSweep: Iterator<string> = [][Symbol.iterator]()

  for (const event of memory?.known ?? []) keepKnown(event)
  for (const [entity, live] of memory?.entities ?? []) {
    entities.set(entity, { live, isDirty: true, view: null, dropAt: null })
    for (const event of live.timeline) knowledge = learn(knowledge, event)
    dirty.add(entity)
  }

  function keepKnown(event: LedgerEvent): void {
    const after = learn(knowledge, event)
    if (after.definitions !== knowledge.definitions) known.set(event.id, event)
    if (after.available !== knowledge.available) known.set(event.activity ?? event.id, event)
    if (mattersTo(knowledge, after)) for (const entity of entities.keys()) markDirty(entity)
    knowledge = after
  }

  function markDirty(name: string): void {
    const entity = entities.get(name)
    if (entity !== undefined) entity.isDirty = true
    dirty.add(name)
  }

  function take(arrivals: readonly Arrived[]): void {
    const own = new Map<string, LedgerEvent[]>()
    for (const { entity, event } of arrivals) {
      keepKnown(event)
      time = Math.max(time, event.receivedAt)
      if (event.type === 'clock.ticked') time = tick = Math.max(tick, event.at)
      if (entity === '') continue
      const list = own.get(entity)
      if (list === undefined) own.set(entity, [event])
      else list.push(event)
    }
    for (const [name, events] of own) takeEntity(name, events)
  }

  function takeEntity(name: string, events: readonly LedgerEvent[]): void {
    const before = entities.get(name)
    const fresh = events.filter((event) => !kind.isStale(name, before?.live, event, over))
    if (fresh.length === 0) return
    const live = kind.withArrived(before?.live ?? wholeLife, fresh, knowledge)
    if (before === undefined) entities.set(name, { live, isDirty: true, view: null, dropAt: null })
    else before.live = live
    gone.delete(name)
    markDirty(name)
  }

  function fold(name: string, entity: Entity<View>): void {
    const { view, dropAt } = kind.view(name, entity.live, knowledge, asOfLive(entity.live, tick))
    entity.view = view
    entity.dropAt = dropAt
    entity.isDirty = false
  }

  function refresh(report: (entity: string, view: View | null) => void): void {
    for (const name of gone) report(name, null)
    gone = new Set()
    for (const name of dirty) {
      const entity = entities.get(name)
      if (entity === undefined) continue
      if (entity.isDirty) fold(name, entity)
      report(name, entity.view)
    }
    dirty = new Set()
  }

  function sweep(entitiesMax: number): void {
    const due = kind.sweepDue(time)
    let next = toSweep.next()
    if (next.done === true && due > sweptAt) {
      sweptAt = due
      toSweep = [...entities.keys()][Symbol.iterator]()
      next = toSweep.next()
    }
    for (let count = 1; next.done !== true; next = toSweep.next()) {
      sweepOne(next.value)
      if (++count > entitiesMax) return
    }
  }

  function sweepOne(name: string): void {
    const entity = entities.get(name)
    if (entity === undefined) return
    if (entity.isDirty) fold(name, entity)
    if (entity.dropAt !== null && entity.dropAt <= time) {
      over.add(name, time)
      entities.delete(name)
      gone.add(name)
      return
    }
    const asOf = asOfLive(entity.live, tick)
    const { live, ended } = kind.cut(name, entity.live, knowledge, asOf, time)
    if (live === entity.live) return
    // What was cut off has no part in the present, so the view stays as it is and nobody is told. But what is left may
    // come to nothing, which the next sweep will see.
    entity.live = live
    entity.isDirty = true
    for (const id of ended) over.add(id, time)
  }

  return {
    shard,
    get tick() {
      return tick
    },
    get knowledge() {
      return knowledge
    },
    get entitiesCount() {
      return entities.size
    },
    take,
    refresh,
    sweep,
    memory: () => ({
      time,
      tick,
      known: [...known.values()],
      over: over.all(),
      horizon: over.horizon,
      entities: [...entities].map(([name, { live }]) => [name, live] as const),
    }),
  }
}

/** As of when an entity is looked at: now by the ledger's clock, or just after its own last event if that is later. */
function asOfLive({ timeline, window }: LiveWindow, tick: Instant): Instant {
  return Math.max(tick, window.from + 1, (timeline.at(-1)?.at ?? 0) + 1)
}
