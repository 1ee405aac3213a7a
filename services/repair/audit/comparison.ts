import type { Instant } from '../../../schemas/events/instant.ts'
import type { DifferenceClass } from '../../../schemas/feeds/audit.ts'
import type { QueueStatistics } from '../../../schemas/inbound/twilio-statistics.ts'
import { covers, type Stretch } from '../windows.ts'
import { comparedCounts, comparedWaits, type ComparedCount, type OurColumn } from './compared.ts'

// What TaskRouter says of a queue beside what we say of it. Nothing here asks the time or the ledger: what was seen comes
// in, and no difference is explained by what was not seen.

/** An event of the ledger that TaskRouter's statistics count, in the piece or within a second of it. */
export interface ToldEvent {
  readonly id: string
  readonly type: string
  readonly at: Instant
  readonly receivedAt: Instant
  /** The reservation was made for one agent by name. */
  readonly isDirect: boolean
  /** Null where nobody has told when the task was created. */
  readonly sinceCreationMs: number | null
}

/** An event of TaskRouter's own list, in the piece. */
export interface ListedEvent {
  readonly id: string
  readonly type: string
  readonly at: Instant
  /** The ledger has it, under each entity that it concerns. */
  readonly isKnown: boolean
}

export interface Seen {
  readonly piece: Stretch
  readonly theirs: QueueStatistics
  /** When they were asked for. */
  readonly askedAt: Instant
  readonly ours: Readonly<Record<OurColumn, number>>
  readonly told: readonly ToldEvent[]
  /** Null: the list was not read, which explains nothing. */
  readonly listed: readonly ListedEvent[] | null
  /** Open gaps of TaskRouter's events; one without an end goes on. */
  readonly gaps: readonly { readonly from: Instant; readonly to: Instant | null }[]
  /** An event that happened before this ought to have come. */
  readonly lateBefore: Instant
}

export interface Compared {
  readonly field: string
  /** Counts, or seconds. */
  readonly ours: number
  /** Null: TaskRouter has no such queue. */
  readonly theirs: number | null
  readonly verdict: Judgement
}

type Judged = Compared & { readonly theirs: number }

export type Judgement =
  | { readonly class: 'equal' }
  | { readonly class: 'by definition'; readonly definition: string }
  | { readonly class: DifferenceClass; readonly why: string; readonly events: readonly string[] }

/** Each number that both sides have; what is null there is not compared. */
export function compare(seen: Seen): readonly Compared[] {
  const counts = comparedCounts.flatMap((each) => {
    const theirs = seen.theirs[each.field]
    return theirs === null ? [] : [judgedCount(each, theirs, seen)]
  })
  const waits = comparedWaits.flatMap((each) => {
    const theirs = seen.theirs[each.field]?.total
    const count = counts.find(({ field }) => field === each.of)
    return theirs === undefined || count === undefined
      ? []
      : [judgedWait(each, theirs, count, seen)]
  })
  return [...counts, ...waits]
}

/** Of a queue that TaskRouter does not have, all that we have is missing there. */
export function compareWithNothing(ours: Seen['ours']): readonly Compared[] {
  const why = 'TaskRouter has no such queue, or no longer'
  return comparedCounts
    .map((each) => ({ field: each.field, ours: ourCount(each, ours), theirs: null }))
    .filter((each) => each.ours > 0)
    .map((each) => ({ ...each, verdict: { class: 'missing there', why, events: [] } }))
}

function ourCount({ columns }: ComparedCount, ours: Seen['ours']): number {
  return columns.reduce((sum, column) => sum + ours[column], 0)
}

function judgedCount(each: ComparedCount, theirs: number, seen: Seen): Judged {
  const ours = ourCount(each, seen.ours)
  return { field: each.field, ours, theirs, verdict: verdictOnCount(each, ours, theirs, seen) }
}

function verdictOnCount(each: ComparedCount, ours: number, theirs: number, seen: Seen): Judgement {
  if (ours === theirs) return { class: 'equal' }
  const told = seen.told.filter(({ type, at }) => type === each.type && isIn(seen.piece, at))
  const folded = ours - told.length
  if ((folded > 0 && each.weCount === 'less') || (folded < 0 && each.weCount === 'more')) {
    return unexplained(`the ledger's ${told.length} events do not make our number`)
  }
  if (theirs === told.length) return { class: 'by definition', definition: each.definition }
  return theirs > told.length
    ? whyTheyHaveMore(each.type, theirs - told.length, seen)
    : whyTheyHaveFewer(each.type, told, told.length - theirs, seen)
}

/** They count events that the ledger does not hold. */
function whyTheyHaveMore(type: string, more: number, seen: Seen): Judgement {
  const { piece, listed, gaps } = seen
  if (listed === null) return unexplained("TaskRouter's list of events was not read")
  const lacking = listed.filter((event) => event.type === type && !event.isKnown)
  if (lacking.length === more) return whyItLacks(lacking, seen)
  if (covers(gaps.map(endless), piece)) {
    const why = 'the source was not heard in all this time'
    return { class: 'open gap', why, events: idsOf(lacking) }
  }
  const outside = seen.told.filter((event) => event.type === type && isJustOutside(piece, event.at))
  if (more <= outside.length) return atBorder(outside)
  return unexplained(`they count ${more} more than the ledger, their list ${lacking.length}`)
}

/** The ledger lacks events that TaskRouter's list holds: by where they lie and how young they are. */
function whyItLacks(lacking: readonly ListedEvent[], { gaps, lateBefore }: Seen): Judgement {
  const events = idsOf(lacking)
  if (lacking.every(({ at }) => gaps.some((gap) => isIn(endless(gap), at)))) {
    return { class: 'open gap', why: 'what the ledger lacks lies in an open gap', events }
  }
  if (lacking.every(({ at }) => at >= lateBefore)) {
    return { class: 'late event', why: 'what the ledger lacks may still come', events }
  }
  return { class: 'missing here', why: "TaskRouter's list has what the ledger lacks", events }
}

function endless({ from, to }: Seen['gaps'][number]): Stretch {
  return { from, to: to ?? Infinity }
}

/** The ledger holds events that they do not count. */
function whyTheyHaveFewer(
  type: string,
  told: readonly ToldEvent[],
  fewer: number,
  { piece, listed, askedAt }: Seen,
): Judgement {
  const since = told.filter(({ receivedAt }) => receivedAt >= askedAt)
  if (fewer === since.length) {
    const why = 'our rows have changed since they were asked'
    return { class: 'late event', why, events: idsOf(since) }
  }
  const edge = told.filter(({ at }) => isJustInside(piece, at))
  if (listed === null) return unexplained("TaskRouter's list of events was not read")
  const theirIds = new Set(listed.filter((event) => event.type === type).map(({ id }) => id))
  const unlisted = told.filter(({ id }) => !theirIds.has(id))
  if (fewer === unlisted.length) {
    const why = "TaskRouter's list lacks what the ledger has"
    return { class: 'missing there', why, events: idsOf(unlisted) }
  }
  if (fewer <= edge.length) return atBorder(edge)
  if (unlisted.length === 0) {
    const why = "TaskRouter's own list has what its statistics do not count"
    return { class: 'missing there', why, events: idsOf(told) }
  }
  return unexplained(`they count ${fewer} fewer than the ledger, their list ${unlisted.length}`)
}

function judgedWait(
  { field, column, of, from }: (typeof comparedWaits)[number],
  theirs: number,
  count: Judged,
  seen: Seen,
): Compared {
  const ours = seen.ours[column] / 1000
  const verdict = (): Judgement => {
    if (ours === theirs) return { class: 'equal' }
    const isSameCount = count.verdict.class === 'equal' || count.verdict.class === 'by definition'
    if (!isSameCount) return count.verdict
    // Each wait may be cut to a second, or rounded to it.
    const fits = (least: number, most = least) =>
      theirs > least - count.theirs && theirs < most + count.theirs
    if (fits(ours)) return { class: 'by definition', definition: wholeSeconds }
    const type = comparedCounts.find((each) => each.field === of)?.type
    const events = seen.told.filter((event) => event.type === type && isIn(seen.piece, event.at))
    const since = sinceCreation(events)
    if (from === 'creation' && since !== null && fits(since)) {
      return { class: 'by definition', definition: fromCreation }
    }
    const direct = events.filter(({ isDirect }) => isDirect)
    const most = sinceCreation(direct)
    if (from === 'entry' && direct.length > 0 && most !== null && fits(ours, ours + most)) {
      return { class: 'by definition', definition: directLegs }
    }
    // A wait has two ends, and both may be known otherwise than by their events.
    const lacking = (seen.listed ?? []).filter(
      (event) => !event.isKnown && (event.type === type || event.type === 'task-queue.entered'),
    )
    return lacking.length > 0
      ? whyItLacks(lacking, seen)
      : unexplained('as many waited, and for another time')
  }
  return { field, ours, theirs, verdict: verdict() }
}

const wholeSeconds = 'they count a wait in whole seconds'
const fromCreation =
  'they count from the creation of the task, we from its entry into the queue; and we count who was abandoned, they who was canceled'
const directLegs = 'they count a wait for work given to one agent by name, which waits in no queue'

/** Seconds; null where a task's creation is not known. */
function sinceCreation(events: readonly ToldEvent[]): number | null {
  const known = events.flatMap(({ sinceCreationMs }) => sinceCreationMs ?? [])
  if (known.length < events.length) return null
  return known.reduce((sum, ms) => sum + ms, 0) / 1000
}

export const edgeMs = 1_000

function isIn({ from, to }: Stretch, at: Instant): boolean {
  return at >= from && at < to
}

function isJustInside({ from, to }: Stretch, at: Instant): boolean {
  return isIn({ from, to }, at) && (at < from + edgeMs || at >= to - edgeMs)
}

function isJustOutside({ from, to }: Stretch, at: Instant): boolean {
  return isIn({ from: from - edgeMs, to: from }, at) || isIn({ from: to, to: to + edgeMs }, at)
}

function atBorder(events: readonly ToldEvent[]): Judgement {
  const why = 'within a second of an edge, and their dates have whole seconds'
  return { class: 'border', why, events: idsOf(events) }
}

function unexplained(why: string): Judgement {
  return { class: 'unexplained', why, events: [] }
}

function idsOf(events: readonly { readonly id: string }[]): readonly string[] {
  return events.slice(0, 5).map(({ id }) => id)
}
