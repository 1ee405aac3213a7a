import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent, ScheduleEvent } from '../../schemas/events/ledger-event.ts'
import {
  exceptedSchema,
  plannedSchema,
  type Excepted,
  type ExceptionKind,
  type PlannedSegment,
} from '../../schemas/events/schedule.ts'
import { isSaidAgain } from './said-again.ts'

/**
 * By which plan something is told: as it was corrected in the end, or as it was known at each instant, by what had been
 * read before it.
 */
export const bases = ['final', 'known'] as const
export type Basis = (typeof bases)[number]

/** A stretch of what one reading of a plan says; it may say that nothing is planned. Where no plan was read is no piece. */
export interface PlanPiece extends Span {
  readonly segment: PlannedSegment | null
  /** The event that tells it. */
  readonly plan: string
  readonly readAt: Instant
}

/** What is agreed beside the plan, where it holds. */
export interface AgreedException extends Span {
  readonly kind: ExceptionKind
  readonly code: string | null
}

/** The same with what tells it. */
export interface TracedException extends AgreedException {
  readonly exception: string
  /** The event that tells it. */
  readonly event: string
}

export function isOfPlan(event: LedgerEvent): event is ScheduleEvent {
  return event.type === 'schedule.set' || event.type === 'schedule.excepted'
}

/**
 * The plan from `since` on, in the order of time: of what was read of one instant the last holds or, as it was known, the
 * last that had been read by then; what says again what holds there is no other plan. The events are in canonical order,
 * so that it plays no part when they came.
 */
export function planPieces(
  events: readonly ScheduleEvent[],
  basis: Basis,
  since: Instant,
): readonly PlanPiece[] {
  return shownIn(events, basis, since).flatMap(({ event, from, to }) =>
    piecesOf(event, segmentsOf(event) ?? [], from, to),
  )
}

/** What is agreed, from `since` on; of two of one instant the later in the list was told later. */
export function agreedExceptions(
  events: readonly ScheduleEvent[],
  basis: Basis,
  since: Instant,
): readonly TracedException[] {
  const all: (TracedException & { readonly order: number })[] = []
  for (const versions of exceptionVersions(events).values()) {
    for (const [index, { event, from, to, told, order }] of versions.entries()) {
      const next = versions[index + 1]
      if (told.withdrawn || (basis === 'final' && next !== undefined)) continue
      const span =
        basis === 'final'
          ? { from, to }
          : { from: Math.max(from, event.at), to: Math.min(to, next?.event.at ?? to) }
      if (span.to <= Math.max(span.from, since)) continue
      const { exception, kind, code } = told
      all.push({ ...span, kind, code, exception, event: event.id, order })
    }
  }
  return all
    .sort((a, b) => a.order - b.order)
    .map(({ from, to, kind, code, exception, event }) => ({
      from,
      to,
      kind,
      code,
      exception,
      event,
    }))
}

/** A thing that is agreed, as it was told last. */
export interface LastTold extends Span {
  readonly event: ScheduleEvent
  readonly told: Excepted
}

export function lastTold(events: readonly ScheduleEvent[]): readonly LastTold[] {
  return [...exceptionVersions(events).values()].flatMap((versions) => versions.slice(-1))
}

/**
 * Which of these events a window that begins at a border must know beside those that are of the time from there on: what
 * shows from the border on, or ends at it, and what lies directly beneath that, or two readings that say the same would
 * seem to follow each other. What else later readings hide by then can never show again.
 */
export function plansOver(events: readonly ScheduleEvent[], border: Instant): readonly string[] {
  const before = events.filter(({ at }) => at < border)
  const shown = bases
    .flatMap((basis) => shownIn(before, basis, -Infinity))
    .filter(({ to }) => to >= border)
    .flatMap(({ event, beneath }) => [event, ...beneath].map(({ id }) => id))
  const agreed = lastTold(before)
    .filter(({ to }) => to >= border)
    .map(({ event }) => event.id)
  return [...new Set([...shown, ...agreed])].sort()
}

interface Layer extends Span {
  readonly event: ScheduleEvent
}

interface Shown extends Layer {
  /** The readings right beneath it, each somewhere in it. */
  readonly beneath: readonly ScheduleEvent[]
}

/** Where each reading is the one that holds. Neighbours are of different readings. */
function shownIn(events: readonly ScheduleEvent[], basis: Basis, since: Instant): readonly Shown[] {
  const layers: Layer[] = []
  for (const event of events) {
    if (segmentsOf(event) === null || event.since === null || event.until === null) continue
    const from = Math.max(event.since, since, basis === 'known' ? event.at : -Infinity)
    if (event.until > from) layers.push({ event, from, to: event.until })
  }
  const borders = [...new Set(layers.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const all: Shown[] = []
  for (const [index, from] of borders.entries()) {
    const to = borders[index + 1]
    const [event, beneath] = topsAt(layers, from)
    if (to === undefined || event === undefined) continue
    const last = all.at(-1)
    const under = beneath === undefined ? [] : [beneath]
    if (last?.event === event && last.to === from) {
      all[all.length - 1] = { ...last, to, beneath: [...last.beneath, ...under] }
    } else all.push({ event, from, to, beneath: under })
  }
  return all
}

/**
 * What holds at an instant, then what is beneath it: the last reading, or the first of those that said the same one after the
 * other, and the one before, which said something else.
 */
function topsAt(layers: readonly Layer[], at: Instant): readonly ScheduleEvent[] {
  let top: ScheduleEvent | undefined
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const layer = layers[index]
    if (layer === undefined || at < layer.from || layer.to <= at) continue
    if (top !== undefined && !isSaidAgain(top, layer.event)) return [top, layer.event]
    top = layer.event
  }
  return top === undefined ? [] : [top]
}

function piecesOf(
  { id, at }: ScheduleEvent,
  segments: readonly PlannedSegment[],
  from: Instant,
  to: Instant,
): readonly PlanPiece[] {
  const pieces: PlanPiece[] = []
  let reached = from
  const add = (until: Instant, segment: PlannedSegment | null) => {
    if (until <= reached) return
    pieces.push({ from: reached, to: until, segment, plan: id, readAt: at })
    reached = until
  }
  for (const segment of segments) {
    if (segment.to <= reached) continue
    if (segment.from >= to) break
    add(segment.from, null)
    add(Math.min(segment.to, to), segment)
  }
  add(to, null)
  return pieces
}

interface Version extends LastTold {
  /** Its place among all events of plans. */
  readonly order: number
}

/** By id and stretch, in the order in which they were told. */
function exceptionVersions(
  events: readonly ScheduleEvent[],
): ReadonlyMap<string, readonly Version[]> {
  const all = new Map<string, Version[]>()
  for (const [order, event] of events.entries()) {
    const told = exceptionOf(event)
    if (told === null || event.since === null || event.until === null) continue
    const name = `${told.exception}\n${event.since}\n${event.until}`
    const version = { event, told, from: event.since, to: event.until, order }
    const versions = all.get(name)
    if (versions === undefined) all.set(name, [version])
    else versions.push(version)
  }
  return all
}

/** Null: it is no plan. Plans are checked before they enter the ledger; should a wrong one be there, those of before stay. */
function segmentsOf(event: ScheduleEvent): readonly PlannedSegment[] | null {
  if (event.type !== 'schedule.set') return null
  const known = planned.get(event)
  if (known !== undefined) return known
  const read = plannedSchema.safeParse(parsed(event.attributes)).data?.segments ?? null
  planned.set(event, read)
  return read
}

function exceptionOf(event: ScheduleEvent): Excepted | null {
  if (event.type !== 'schedule.excepted') return null
  const known = excepted.get(event)
  if (known !== undefined) return known
  const read = exceptedSchema.safeParse(parsed(event.attributes)).data ?? null
  excepted.set(event, read)
  return read
}

// A timeline is folded again with every event and tick, and a plan is long.
const planned = new WeakMap<ScheduleEvent, readonly PlannedSegment[] | null>()
const excepted = new WeakMap<ScheduleEvent, Excepted | null>()

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
