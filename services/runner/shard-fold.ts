import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Shard } from '../log/log.ts'
import { adherenceReachMs } from '../projections/agent-adherence.ts'
import { learn, mattersTo, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import { comesAt, openAt, passesTime, type PassingTime } from '../projections/passing-time.ts'
import { isSettled, type Contribution, type Fold } from '../projections/projection.ts'
import { publishedSince } from '../projections/published.ts'
import { restatements, type Cause } from '../projections/restatements.ts'
import { createRowSums, valuesOf } from '../projections/row-sums.ts'
import { byEntity, passedBy, type Arrival } from './arrivals.ts'
import { latestAt, later } from './chapters.ts'
import { noChanges, noteContribution, noteRestated, placed, type Written } from './changes.ts'
import { asOfEntity, newEntity, refolded, type Entity } from './entity.ts'
import { createEntityMemory, type Standpoint } from './entity-memory.ts'
import { movedOn } from './moving-window.ts'
import { createPresents, type AgentPresent } from './presents.ts'
import { publishedRows, reachesPublished, rowsNow } from './restating.ts'
import type { Chapter, Commit } from './shard-store.ts'
import type { ShardMemory } from './staged-store.ts'
import { knowledgeFromJson, knowledgeToJson, rowFromJson, rowToJson } from './state-json.ts'
import type { LoadTimelines } from './timelines.ts'

export interface Collected {
  readonly rows: readonly Written[]
  readonly derived: readonly LedgerEvent[]
  readonly withdrawn: ReadonlySet<string>
  readonly commit: Omit<Commit, 'epoch' | 'nextOffset'>
}

/**
 * The timelines of one shard in memory, folded as records come. It knows entities, windows and sums, but nothing of
 * offsets, batches or how rows are written.
 */
export interface ShardFold {
  /**
   * Takes the next arrivals in; what is loaded for them is as it stood before the first. With `careful`, every row that any
   * of them touched is written, also if the last left it as it was before the first: another owner may have written it
   * half-way.
   */
  take(arrivals: readonly Arrival[], careful: boolean): Promise<void>
  /**
   * What agents are now, of whom it may be otherwise than at the last call; also of those whom time alone has changed by now.
   * Nothing is put down of it.
   */
  presents(now: Instant): readonly AgentPresent[]
  /** The first instant at which time alone changes what somebody is. */
  presentDueAt(): Instant
  /** Brings back those who are open, or everybody, so that `presents` tells of them. */
  recall(position: number, everybody: boolean): Promise<void>
  /** Somebody may be told in the words of a target. */
  readonly isMapped: boolean
  /** All that has changed since the last call, to be written and committed together. The events themselves are stored. */
  collect(): Collected
  /** After the commit: forgets what is at rest and can be loaded again. */
  tidy(): void
  readonly entitiesCount: number
  readonly time: PassingTime
  /** The length of a base interval, as far as the shard knows. */
  readonly intervalMs: number
}

/** Changes of rows that are out are told of intervals that begin at `restatedSince` or later; of all, unless given. */
export function createShardFold(
  shard: Shard,
  fold: Fold,
  store: ShardMemory,
  loadTimelines: LoadTimelines,
  restatedSince: Instant = 0,
): ShardFold {
  const memory = createEntityMemory(shard, fold, store, loadTimelines, chapterAt)
  const sums = createRowSums((name) => rowFromJson(store.row(name)))
  let knowledge: Knowledge = knowledgeFromJson(store.progress.knowledge) ?? nothingKnown
  let out = publishedSince(knowledge.published, restatedSince)
  const { tick, heard, recorded } = store.progress
  let time: PassingTime = { ticked: tick, heard, openUntil: tick, recorded }
  const presents = createPresents()
  let changes = noChanges()

  /** What is loaded is folded as it stood before a position, at the last tick. */
  const asBefore = (position: number): Standpoint => ({ position, knowledge, tick: time.openUntil })

  async function take(arrivals: readonly Arrival[], careful: boolean): Promise<void> {
    let run: Arrival[] = []
    for (const arrival of arrivals) {
      const known = learn(knowledge, arrival.event)
      if (mattersTo(knowledge, known)) {
        await takeRun(run, careful)
        run = []
        await refoldAll(known, arrival)
      }
      run.push(arrival)
      if (known.published !== knowledge.published) {
        const nowOut = publishedSince(known.published, restatedSince)
        // What is out from now on was as it was when this record came.
        if (nowOut !== out) {
          await takeRun(run, careful)
          run = []
        }
        out = nowOut
      }
      knowledge = known
    }
    await takeRun(run, careful)
  }

  /** Arrivals through which what the shard knows stays the same in all that matters. */
  async function takeRun(run: readonly Arrival[], careful: boolean): Promise<void> {
    const [first] = run
    if (first === undefined) return
    const own = byEntity(run)
    await memory.load(own.keys(), asBefore(first.position))
    await widen(own, asBefore(first.position))
    const { after, last: lastTick, recorded } = passedBy(time, run)
    const causeOf = ({ event, position }: Arrival): Cause => ({
      ...{ id: event.id, type: event.type, at: event.at, position },
      recordedAt: recorded.get(position) ?? time.recorded,
    })
    const hasPassed = after.openUntil > time.openUntil
    if (hasPassed) await memory.loadOpen(asBefore(first.position))
    time = after

    const step = (entity: string, arrived: readonly Arrival[], last: Arrival) => {
      const one = memory.get(entity) ?? newEntity(entity)
      const events = arrived.map(({ event }) => event)
      noteReservations(entity, events)
      const version = Math.max(lastTick?.position ?? 0, last.position)
      const between = careful ? passedStates(one, events) : []
      const after = refolded(fold, one, events, knowledge, time.openUntil)
      replace(one, after, version, causeOf(last), between)
    }
    // A row that is out changes by one record at a time, in the order of the ledger: else what is said of the change would
    // depend on how the records came in batches.
    const single: Arrival[] = []
    for (const [entity, arrived] of own) {
      const last = arrived.at(-1)
      if (last === undefined) continue
      if (reachesPublished(memory.get(entity), arrived, out)) single.push(...arrived)
      else step(entity, arrived, last)
    }
    single.sort((a, b) => a.position - b.position)
    for (const arrival of single) step(arrival.entity, [arrival], arrival)

    if (!hasPassed || lastTick === null) return
    for (const one of memory.all()) {
      const isSteady = time.openUntil <= one.contribution.steadyUntil
      if (isSteady || own.has(one.entity)) continue
      const after = refolded(fold, one, [], knowledge, time.openUntil)
      replace(one, after, lastTick.position, causeOf(lastTick))
    }
  }

  /** What the entity comes to with the first of the events, and so on. As time passes rows only come, so one time serves. */
  function passedStates(before: Entity, events: readonly LedgerEvent[]): readonly Contribution[] {
    let passed = refolded(fold, before, [], knowledge, time.openUntil)
    const states = [passed.contribution]
    for (const event of events.slice(0, -1)) {
      passed = refolded(fold, passed, [event], knowledge, time.openUntil)
      states.push(passed.contribution)
    }
    return states
  }

  function replace(
    before: Entity,
    after: Entity,
    version: number,
    cause: Cause,
    between: readonly Contribution[] = [],
  ): void {
    memory.put(after)
    if (!after.isStored) changes.entities.add(after.entity)
    const isByTime = passesTime(cause)
    presents.note(after, isByTime ? null : { id: cause.id, at: cause.at })
    const passage = { before: before.contribution, between, after: after.contribution }
    const changed = publishedRows(passage.before, passage.after, out, knowledge.intervalMs)
    const old = rowsNow(changed, passage.before, sums)
    noteContribution(changes, passage, sums, shard.partition, version)
    const now = rowsNow(changed, passage.after, sums)
    for (const [name, { table, key, standing }] of changed) {
      noteRestated(changes, name, {
        ...{ table, standing, cause, key: placed({ table, key }, shard.partition) },
        ...{ old: old.get(name) ?? null, now: now.get(name) ?? null },
      })
    }
  }

  async function recall(position: number, everybody: boolean): Promise<void> {
    await memory.loadOpen(asBefore(position))
    for (const one of memory.all()) presents.note(one, null)
    if (!everybody) return
    await memory.visitResting(asBefore(position), (name) => {
      const one = memory.get(name)
      if (one !== undefined) presents.note(one, null)
    })
  }

  function presentAt(name: string, at: Instant) {
    const one = memory.get(name)
    if (one === undefined) return null
    const { entity, timeline, window } = one
    const asOf = asOfEntity(timeline, at)
    return fold.present?.(entity, timeline, window, knowledge, asOf) ?? null
  }

  /** An event from before an entity's window opens an earlier one again: nothing is too late. */
  async function widen(
    own: ReadonlyMap<string, readonly Arrival[]>,
    from: Standpoint,
  ): Promise<void> {
    for (const [entity, arrived] of own) {
      let known = memory.get(entity)
      while (known !== undefined) {
        const earliest = earliestOf(arrived, known)
        await memory.reopen(entity, earliest, from)
        const opened = memory.get(entity)
        // In the window that is open now one may be the first that is known of a worker: then it reaches further still.
        known = opened === known ? undefined : opened
      }
    }
  }

  function earliestOf(arrived: readonly Arrival[], known: Entity): Instant {
    return Math.min(...arrived.map(({ event }) => reachOf(event, known)))
  }

  /**
   * How far back an event reaches: to itself, to the beginning of its reservation, of the activity that it ends, or of what
   * it says is planned; and to what of before that it may yet decide.
   */
  function reachOf(event: LedgerEvent, known: Entity): Instant {
    return Math.min(tellsFrom(event, known), event.since ?? Infinity) - adherenceReachMs(knowledge)
  }

  function tellsFrom(event: LedgerEvent, known: Entity): Instant {
    const { reservation } = event
    if (reservation === null) {
      // It may be the first that is known of a worker, which tells of the time before it (U10).
      const isFirst = known.window.carry.activity === null
      return isFirst ? event.at - (event.timeInPreviousActivityMs ?? 0) : event.at
    }
    return Math.min(event.at, firstAtOf(reservation) ?? Infinity)
  }

  function firstAtOf(reservation: string): Instant | undefined {
    return (changes.reservations.get(reservation) ?? store.reservation(reservation))?.firstAt
  }

  function chapterAt(entity: string, at: Instant): Chapter | null {
    return later(latestAt(changes.chapters.get(entity), at), store.chapterAt(entity, at))
  }

  function noteReservations(entity: string, events: readonly LedgerEvent[]): void {
    if (fold.borderAt(time.openUntil) === null) return
    for (const { reservation, at } of events) {
      if (reservation === null) continue
      const firstAt = Math.min(firstAtOf(reservation) ?? Infinity, at)
      changes.reservations.set(reservation, { reservation, entity, firstAt })
    }
  }

  /**
   * What the shard has learnt may change any row of the time from which it holds, so every timeline is folded anew from
   * there. Rare.
   */
  async function refoldAll(known: Knowledge, { event, position }: Arrival): Promise<void> {
    const isOtherLength = known.intervalMs !== knowledge.intervalMs
    const from = isOtherLength ? 0 : heldFrom(event) - adherenceReachMs(known)
    const recordedAt = Math.max(time.recorded, event.receivedAt)
    const cause: Cause = { id: event.id, type: event.type, at: event.at, position, recordedAt }
    const refold = async (name: string) => {
      // A window of a hub that knew of no mappings lacks what they need.
      const isOlder = memory.get(name)?.window.carry.moments === null
      await memory.reopen(name, isOlder && known.mappings.length > 0 ? 0 : from, asBefore(position))
      const one = memory.get(name)
      if (one === undefined) return
      replace(one, refolded(fold, one, [], known, time.openUntil), position, cause)
      moveWindow(name, known)
    }
    for (const { entity } of memory.all()) await refold(entity)
    await memory.visitResting(asBefore(position), refold)
  }

  /** Windows move before the commit, so that no event is ever led by a chapter that is older than what was folded. */
  function collect(): Collected {
    for (const { entity } of memory.all()) moveWindow(entity, knowledge)
    const collected = changes
    changes = noChanges()
    const restated = [...collected.restated.values()].flatMap((one) =>
      restatements(one).map((row) => ({ ...row, version: one.cause.position })),
    )
    const touched = [...collected.entities].flatMap((name) => memory.get(name) ?? [])
    for (const one of touched) memory.put({ ...one, isStored: true })
    return {
      rows: [...collected.rows.values(), ...restated],
      derived: [...collected.derived.values()],
      withdrawn: collected.withdrawn,
      commit: {
        tick: time.openUntil,
        heard: time.heard,
        recorded: time.recorded,
        knowledge: knowledgeToJson(knowledge),
        entities: touched.map(({ entity, window, contribution }) => ({
          entity,
          isOpen: !isSettled(contribution),
          window: window.from === 0 ? null : JSON.stringify(window),
        })),
        chapters: collected.chapters,
        reservations: [...collected.reservations.values()],
        rows: new Map(
          [...collected.sums].map((name) => {
            const row = sums.get(name)
            const isEmpty = row === undefined || valuesOf(row) === null
            return [name, isEmpty ? null : rowToJson(row)]
          }),
        ),
      },
    }
  }

  function moveWindow(name: string, known: Knowledge): void {
    const one = memory.get(name)
    const moved = one === undefined ? null : movedOn(fold, one, known, time)
    if (moved === null) return
    memory.put(moved.entity)
    changes.entities.add(name)
    changes.chapters.set(name, [...(changes.chapters.get(name) ?? []), ...moved.chapters])
  }

  function tidy(): void {
    memory.tidy()
    sums.forgetBefore(time.openUntil - 4 * 3_600_000, changes.sums)
  }

  return {
    take,
    presents: (now) => presents.take(openAt(time, now), presentAt),
    presentDueAt: () => comesAt(time, presents.dueAt()),
    recall,
    get isMapped() {
      return knowledge.mappings.length > 0
    },
    collect,
    tidy,
    get entitiesCount() {
      return memory.size
    },
    get time() {
      return time
    },
    get intervalMs() {
      return knowledge.intervalMs
    },
  }
}

/** From when on what a shard is told may change rows. */
function heldFrom({ type, at, gapFrom }: LedgerEvent): Instant {
  if (type === 'definitions.set' || type === 'mapping.set') return at
  return type === 'source.gap' ? (gapFrom ?? 0) : 0
}
