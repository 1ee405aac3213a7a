import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Shard } from '../log/log.ts'
import { wholeTime, type Window } from '../projections/agent-story.ts'
import { adherenceReachMs } from '../projections/agent-adherence.ts'
import { learn, mattersTo, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import { isSettled, type Contribution, type Fold } from '../projections/projection.ts'
import { openAt, passesTime, timeAfter, type PassingTime } from '../projections/passing-time.ts'
import { publishedSince } from '../projections/published.ts'
import { restatements, type Cause } from '../projections/restatements.ts'
import { createRowSums, valuesOf } from '../projections/row-sums.ts'
import { withEvents } from '../projections/timeline.ts'
import { noChanges, noteContribution, noteRestated, placed, type Written } from './changes.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import { asOfEntity, cutTo, folded, newEntity, refolded, type Entity } from './entity.ts'
import { createPresents, type AgentPresent } from './presents.ts'
import { publishedRows, reachesPublished, rowsNow } from './restating.ts'
import type { Commit, ShardStore } from './shard-store.ts'
import {
  knowledgeFromJson,
  knowledgeToJson,
  rowFromJson,
  rowToJson,
  windowFromJson,
} from './state-json.ts'
import type { LoadTimelines } from './timelines.ts'

/** An event with its place in the shard; `entity` is empty for what every shard is told. */
export interface Arrival {
  readonly event: LedgerEvent
  readonly entity: string
  readonly position: number
}

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

/** At rest in memory, at the most: a late event of these costs no query. */
const restingMax = 5_000

/** Changes of rows that are out are told of intervals that begin at `restatedSince` or later; of all, unless given. */
export function createShardFold(
  shard: Shard,
  fold: Fold,
  store: ShardStore,
  loadTimelines: LoadTimelines,
  restatedSince: Instant = 0,
): ShardFold {
  const entities = new Map<string, Entity>()
  const sums = createRowSums((name) => rowFromJson(store.row(name)))
  let knowledge: Knowledge = knowledgeFromJson(store.progress.knowledge) ?? nothingKnown
  let out = publishedSince(knowledge.published, restatedSince)
  const { tick, heard, recorded } = store.progress
  let time: PassingTime = { ticked: tick, heard, openUntil: tick, recorded }
  let isOpenLoaded = false
  const presents = createPresents()
  let changes = noChanges()

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
    await load(own.keys(), first.position)
    await widen(own, first.position)
    const { after, last: passedBy, recorded } = passed(run)
    const causeOf = ({ event, position }: Arrival): Cause => ({
      ...{ id: event.id, type: event.type, at: event.at, position },
      recordedAt: recorded.get(position) ?? time.recorded,
    })
    const hasPassed = after.openUntil > time.openUntil
    if (hasPassed) await loadOpen(first.position)
    time = after

    const step = (entity: string, arrived: readonly Arrival[], last: Arrival) => {
      const before = entities.get(entity) ?? newEntity(entity)
      const events = arrived.map(({ event }) => event)
      noteReservations(entity, events)
      const version = Math.max(passedBy?.position ?? 0, last.position)
      const between = careful ? passedStates(before, events) : []
      const after = refolded(fold, before, events, knowledge, time.openUntil)
      replace(before, after, version, causeOf(last), between)
    }
    // A row that is out changes by one record at a time, in the order of the ledger: else what is said of the change would
    // depend on how the records came in batches.
    const single: Arrival[] = []
    for (const [entity, arrived] of own) {
      const last = arrived.at(-1)
      if (last === undefined) continue
      if (reachesPublished(entities.get(entity), arrived, out)) single.push(...arrived)
      else step(entity, arrived, last)
    }
    single.sort((a, b) => a.position - b.position)
    for (const arrival of single) step(arrival.entity, [arrival], arrival)

    if (!hasPassed || passedBy === null) return
    for (const before of [...entities.values()]) {
      const isSteady = time.openUntil <= before.contribution.steadyUntil
      if (isSteady || own.has(before.entity)) continue
      const after = refolded(fold, before, [], knowledge, time.openUntil)
      replace(before, after, passedBy.position, causeOf(passedBy))
    }
  }

  /** The time after these arrivals, the last with which it went on for what is open, and when the ledger had each. */
  function passed(run: readonly Arrival[]) {
    let after = time
    let last: Arrival | null = null
    const recorded = new Map<number, Instant>()
    for (const arrival of run) {
      const next = timeAfter(after, arrival.event)
      if (next.openUntil > after.openUntil) last = arrival
      // What every shard is told is not heard of this one.
      const counts = arrival.entity !== '' || passesTime(arrival.event)
      after = counts ? next : { ...after, recorded: next.recorded }
      recorded.set(arrival.position, after.recorded)
    }
    return { after, last, recorded }
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
    entities.delete(after.entity)
    entities.set(after.entity, after)
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

  /** Brings back what is known but not in memory, folded as it was when it was last looked at. */
  async function load(names: Iterable<string>, position: number): Promise<void> {
    const wanted: { entity: string; window: Window }[] = []
    for (const entity of names) {
      const entry = entities.has(entity) ? null : store.entity(entity)
      if (entry !== null) wanted.push({ entity, window: windowFromJson(entry.window) ?? wholeTime })
    }
    if (wanted.length === 0) return
    const timelines = await loadTimelines(shard, wanted, position)
    for (const { entity, window } of wanted) {
      const timeline = timelines.get(entity) ?? []
      entities.set(entity, folded(fold, entity, window, timeline, knowledge, time.openUntil))
    }
  }

  /** When time passes, everything that is open is concerned; after a start it is not in memory yet. */
  async function loadOpen(position: number): Promise<void> {
    if (isOpenLoaded) return
    await load(
      store.openEntities().map(({ entity }) => entity),
      position,
    )
    isOpenLoaded = true
  }

  async function recall(position: number, everybody: boolean): Promise<void> {
    await loadOpen(position)
    for (const one of entities.values()) presents.note(one, null)
    if (!everybody) return
    for (const page of store.entityPages()) {
      const resting = page.filter((entity) => !entities.has(entity))
      await load(resting, position)
      for (const name of resting) {
        const one = entities.get(name)
        if (one === undefined) continue
        presents.note(one, null)
        if (isSettled(one.contribution)) entities.delete(name)
      }
    }
  }

  function presentAt(name: string, at: Instant) {
    const one = entities.get(name)
    if (one === undefined) return null
    const { entity, timeline, window } = one
    const asOf = asOfEntity(timeline, at)
    return fold.present?.(entity, timeline, window, knowledge, asOf) ?? null
  }

  /** An event from before an entity's window opens an earlier one again: nothing is too late. */
  async function widen(
    own: ReadonlyMap<string, readonly Arrival[]>,
    position: number,
  ): Promise<void> {
    for (const [entity, arrived] of own) {
      const known = entities.get(entity)
      if (known === undefined) continue
      const earliest = Math.min(...arrived.map(({ event }) => reachOf(event, known)))
      await reopen(entity, earliest, position)
    }
  }

  /** Opens the window that an instant lies in again, with all that came after it. */
  async function reopen(entity: string, from: Instant, position: number): Promise<void> {
    const known = entities.get(entity)
    if (known === undefined || from >= known.window.from) return
    const window = windowFromJson(store.chapterAt(entity, from)) ?? wholeTime
    const loaded = await loadTimelines(shard, [{ entity, window }], position)
    const timeline = [...(loaded.get(entity) ?? []), ...known.timeline]
    const wide = folded(fold, entity, window, withEvents([], timeline), knowledge, time.openUntil)
    entities.set(entity, { ...wide, isStored: false })
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
    const holdsFrom = event.type === 'definitions.set' || event.type === 'mapping.set'
    const from = holdsFrom && !isOtherLength ? event.at - adherenceReachMs(known) : 0
    const recordedAt = Math.max(time.recorded, event.receivedAt)
    const cause: Cause = { id: event.id, type: event.type, at: event.at, position, recordedAt }
    const refold = async (name: string) => {
      // A window of a hub that knew of no mappings lacks what they need.
      const isOlder = entities.get(name)?.window.carry.moments === null
      await reopen(name, isOlder && known.mappings.length > 0 ? 0 : from, position)
      const before = entities.get(name)
      if (before === undefined) return
      replace(before, refolded(fold, before, [], known, time.openUntil), position, cause)
      moveWindow(name, known)
    }
    for (const name of [...entities.keys()]) await refold(name)
    for (const page of store.entityPages()) {
      const resting = page.filter((entity) => !entities.has(entity))
      await load(resting, position)
      for (const name of resting) {
        await refold(name)
        if (entities.get(name)?.isStored === true) entities.delete(name)
      }
    }
  }

  /** Windows move before the commit, so that no event is ever led by a chapter that is older than what was folded. */
  function collect(): Collected {
    moveWindows()
    const collected = changes
    changes = noChanges()
    const restated = [...collected.restated.values()].flatMap((one) =>
      restatements(one).map((row) => ({ ...row, version: one.cause.position })),
    )
    const touched = [...collected.entities].flatMap((name) => entities.get(name) ?? [])
    for (const one of touched) entities.set(one.entity, { ...one, isStored: true })
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

  /** As time goes on windows move on with it. */
  function moveWindows(): void {
    for (const name of [...entities.keys()]) moveWindow(name, knowledge)
  }

  /** A window leaves a chapter behind each day by which late events find their way. */
  function moveWindow(name: string, known: Knowledge): void {
    const border = fold.borderAt(Math.min(time.openUntil, time.heard))
    const one = entities.get(name)
    if (border === null || one === undefined || one.window.from >= border) return
    let current = one
    const beginning = Math.max(one.window.from, one.timeline[0]?.at ?? border)
    for (const day of daysBetween(beginning, border)) {
      current = cutTo(fold, current, known, time.openUntil, day)
      if (current.window.from === day) leaveChapter(current)
    }
    if (current.window.from < border) current = cutTo(fold, current, known, time.openUntil, border)
    // What only later events tell of holds a window back.
    if (current.window === one.window) return
    entities.set(name, current)
    changes.entities.add(name)
  }

  /** The days that begin after one instant and by another. */
  function* daysBetween(after: Instant, by: Instant): Generator<Instant> {
    for (let day = dayStart(after) + dayMs; day <= by; day += dayMs) yield day
  }

  function leaveChapter({ entity, window }: Entity): void {
    changes.chapters.push({ entity, from: window.from, window: JSON.stringify(window) })
  }

  function tidy(): void {
    const resting = [...entities.values()].filter(({ contribution }) => isSettled(contribution))
    for (const { entity } of resting.slice(0, Math.max(0, resting.length - restingMax))) {
      entities.delete(entity)
    }
    sums.forgetBefore(time.openUntil - 4 * 3_600_000, changes.sums)
  }

  return {
    take,
    presents: (now) => presents.take(openAt(time, now), presentAt),
    presentDueAt: () => presents.dueAt(),
    recall,
    get isMapped() {
      return knowledge.mappings.length > 0
    },
    collect,
    tidy,
    get entitiesCount() {
      return entities.size
    },
    get time() {
      return time
    },
    get intervalMs() {
      return knowledge.intervalMs
    },
  }
}

function byEntity(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  const groups = new Map<string, Arrival[]>()
  for (const arrival of arrivals) {
    if (arrival.entity === '') continue
    const group = groups.get(arrival.entity)
    if (group === undefined) groups.set(arrival.entity, [arrival])
    else group.push(arrival)
  }
  return groups
}
