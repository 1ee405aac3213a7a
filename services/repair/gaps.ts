import type { Instant } from '../../schemas/events/instant.ts'
import { covers } from './windows.ts'

// When a source was not heard, and when that is mended. Nothing here asks the time or the ledger: what was seen comes in.

/** What is said of a gap, once at its beginning and again whenever more is known. */
export interface Gap {
  readonly source: string
  readonly from: Instant
  /** Null while it goes on. */
  readonly to: Instant | null
  readonly status: 'open' | 'filled' | 'empty'
  readonly reason: string
}

/** How a source was heard, by the roads on which it speaks of itself. */
export interface SourceHeard {
  readonly source: string
  readonly lastReceivedAt: Instant
}

/** What to expect of a source that is silent now. */
export interface SilentSource extends SourceHeard {
  /** How many events came in the same stretch one, two, … weeks before, as far as the ledger goes back. */
  readonly weeksBefore: readonly number[]
  /** The day before it fell silent: its own events, and all others'. */
  readonly ownLastDay: number
  readonly othersLastDay: number
  /** What the others have sent since. */
  readonly othersSince: number
}

/** With so many due, that none comes is no accident: it would be one in twenty thousand. */
const dueMin = 10

/** How many events of a source are due in its silence: by its own habit, or by how busy the others are; whichever is more. */
export function eventsDue(silent: SilentSource): number {
  const { weeksBefore, ownLastDay, othersLastDay, othersSince } = silent
  const habit = median(weeksBefore)
  const byOthers = othersLastDay === 0 ? 0 : (ownLastDay / othersLastDay) * othersSince
  return Math.max(habit, byOthers)
}

/** The silent sources of which events are due. A quiet night is no gap. */
export function silences(
  silent: readonly SilentSource[],
  now: Instant,
  silenceMs: number,
): readonly Gap[] {
  return silent
    .filter(({ lastReceivedAt }) => now - lastReceivedAt >= silenceMs)
    .filter((source) => eventsDue(source) >= dueMin)
    .map(({ source, lastReceivedAt }) => ({
      ...{ source, from: lastReceivedAt, to: null },
      ...{ status: 'open', reason: 'silence' },
    }))
}

/** Gaps that went on, of sources that have been heard again: they end where the first event came. */
export function endedGaps(
  open: readonly Gap[],
  heardAgain: ReadonlyMap<string, Instant>,
): readonly Gap[] {
  return open.flatMap((gap) => {
    const to = gap.to === null ? heardAgain.get(keyOf(gap)) : undefined
    return to === undefined || to <= gap.from ? [] : [{ ...gap, to }]
  })
}

export function keyOf({ source, from }: Pick<Gap, 'source' | 'from'>): string {
  return `${source}/${from}`
}

const downMsMin = 2 * 60_000
/** What has not been heard for so long before was not expected to speak. */
const activeMs = 24 * 3_600_000

/**
 * The hub was down from the last tick of its clock to its start: a gap of whatever was active before. Where a door of its
 * own took events in meanwhile, the gap begins after the last of them.
 */
export function downGaps(
  lastTickAt: Instant | null,
  startedAt: Instant,
  heard: readonly SourceHeard[],
): readonly Gap[] {
  if (lastTickAt === null) return []
  return heard
    .filter(({ lastReceivedAt }) => lastReceivedAt >= lastTickAt - activeMs)
    .map(({ source, lastReceivedAt }) => ({
      ...{ source, from: Math.max(lastTickAt, lastReceivedAt), to: startedAt },
      ...({ status: 'open', reason: 'hub_down' } as const),
    }))
    .filter(({ from, to }) => to - from > downMsMin)
}

const gridMs = 5 * 60_000
/** An event may be on its way for so long, and be found by reading again first. */
const underWayMs = 2 * 60_000

/**
 * Events that were found by reading again and that no other road had brought: the stretches of five minutes in which they
 * happened. What happened only just now may still be on its way.
 */
export function missingGaps(
  source: string,
  addedAt: readonly Instant[],
  now: Instant,
): readonly Gap[] {
  const stretches = addedAt
    .filter((at) => at < now - underWayMs)
    .map((at) => ({ after: at, before: at }))
  return onGrid(source, stretches)
}

/** A place in one entity's story where an event must be missing. */
export interface BrokenStory {
  readonly source: string
  /** The last event before, and the first after. */
  readonly after: Instant
  readonly before: Instant
}

/** What stories lack, on the same grid, so that several holes of one outage are one gap. */
export function brokenGaps(stories: readonly BrokenStory[]): readonly Gap[] {
  const sources = [...new Set(stories.map(({ source }) => source))]
  return sources.flatMap((source) =>
    onGrid(
      source,
      stories.filter((story) => story.source === source),
    ),
  )
}

/** The stretches widened to whole fives of minutes; those that touch are one. */
function onGrid(
  source: string,
  stretches: readonly { readonly after: Instant; readonly before: Instant }[],
): readonly Gap[] {
  const gaps: { readonly from: Instant; to: Instant }[] = []
  for (const { after, before } of stretches.toSorted((a, b) => a.after - b.after)) {
    const from = after - (after % gridMs)
    const to = before - (before % gridMs) + gridMs
    const last = gaps.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else gaps.push({ from, to })
  }
  return gaps.map((gap) => ({ ...gap, source, status: 'open', reason: 'missing' }))
}

/** What of these is not within a gap that is already known. */
export function newGaps(found: readonly Gap[], known: readonly Gap[]): readonly Gap[] {
  return found.filter(
    (gap) =>
      !known.some(
        (one) =>
          one.source === gap.source &&
          one.from <= gap.from &&
          (one.to === null || (gap.to !== null && gap.to <= one.to)),
      ),
  )
}

/** A stretch that was read again to its end, and how many events were new. */
export interface ReadStretch {
  readonly from: Instant
  readonly to: Instant
  readonly added: number
}

/** The open gaps of a source that were read again as a whole: filled, or empty where nothing had been missing. */
export function closedGaps(
  source: string,
  open: readonly Gap[],
  read: readonly ReadStretch[],
): readonly Gap[] {
  return open.flatMap((gap) => {
    const { from, to } = gap
    if (gap.source !== source || to === null || !covers(read, { from, to })) return []
    const within = read.filter((stretch) => stretch.from < to && stretch.to > from)
    const added = within.reduce((sum, stretch) => sum + stretch.added, 0)
    return [{ ...gap, status: added > 0 ? 'filled' : 'empty' }]
  })
}

function median(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
