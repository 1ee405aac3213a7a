import type { LateData } from '../../../connectors/connector.ts'
import type { Instant, Span } from '../../../schemas/events/instant.ts'

/** What a target wants of its files' times. */
export interface Policy {
  readonly lateData: LateData
  /** After the end of a stretch, until its file is written. */
  readonly closeDelayMs: number
  /** For how much longer its sources are waited for. */
  readonly patienceMs: number
  /** With `overlapping`: how much each file is of. */
  readonly windowMs: number
  /** A stretch that changed is not written again sooner than this after it was written. */
  readonly restateEveryMs: number
}

/** A stretch as it was last written. */
export interface WrittenStretch extends Span {
  readonly writtenAt: Instant
  /** Made of all that its rows said, so that equal ones say the same. */
  readonly print: string
}

/** How far the tables are. */
export interface Standing {
  readonly now: Instant
  /** All rows are as of this instant at the least; null: it is not known. */
  readonly asOf: Instant | null
  /** What ends by then is final. */
  readonly finalUntil: Instant
  /** Stretches in which a source has lost events that were not read again. */
  readonly gaps: readonly { readonly from: Instant; readonly to: Instant | null }[]
}

/** A file that is to be written now. */
export interface DueFile {
  readonly span: Span
  /** What is told anew by it, or for the first time; in order. */
  readonly stretches: readonly Span[]
  readonly isRestated: boolean
  /** Why its numbers may be less than all; empty: they are all that is known to have happened. */
  readonly lacks: readonly Lack[]
}

export type Lack = 'tables are behind' | 'a source has a gap' | 'it is not final'

/**
 * Which files are due: each stretch once, as soon as its sources have passed it or patience is over; and again, as the
 * target takes late data, once its rows say something else. Pure: what it forgets it answers again.
 */
export function dueFiles(
  policy: Policy,
  stretches: readonly Span[],
  written: ReadonlyMap<Instant, WrittenStretch>,
  printOf: (stretch: Span) => string,
  standing: Standing,
): readonly DueFile[] {
  const ready = stretches
    .filter(({ from }) => !written.has(from))
    .filter((stretch) => isReady(policy, stretch, standing))
  const first =
    policy.lateData === 'overlapping'
      ? windows(policy, stretches, written, ready, standing)
      : ready.map((stretch) => fileOf([stretch], false, policy, standing))
  return [...first, ...restated(policy, stretches, written, printOf, standing, first)]
}

function isReady(policy: Policy, stretch: Span, standing: Standing): boolean {
  const closed = stretch.to + policy.closeDelayMs
  if (standing.now < closed) return false
  return (
    standing.now >= closed + policy.patienceMs || lacksOf(policy, stretch, standing).length === 0
  )
}

function lacksOf({ lateData }: Policy, { from, to }: Span, standing: Standing): readonly Lack[] {
  const { asOf, gaps, finalUntil } = standing
  const lacks: Lack[] = []
  if (asOf === null || asOf < to) lacks.push('tables are behind')
  if (gaps.some((gap) => gap.from < to && (gap.to ?? Infinity) > from))
    lacks.push('a source has a gap')
  // What has gone to such a target cannot be told anew.
  if (lateData === 'append once' && finalUntil < to) lacks.push('it is not final')
  return lacks
}

function fileOf(
  stretches: readonly Span[],
  isRestated: boolean,
  policy: Policy,
  standing: Standing,
): DueFile {
  const span = { from: stretches[0]?.from ?? 0, to: stretches.at(-1)?.to ?? 0 }
  return { span, stretches, isRestated, lacks: lacksOf(policy, span, standing) }
}

/**
 * Files that each reach back from the end of a stretch. After an outage as few as are needed: each ends as late as it can
 * with the oldest stretch that nobody was told of in it. What is not ready is not told by accident either.
 */
function windows(
  policy: Policy,
  stretches: readonly Span[],
  written: ReadonlyMap<Instant, WrittenStretch>,
  ready: readonly Span[],
  standing: Standing,
): readonly DueFile[] {
  const isReadyFrom = new Set(ready.map(({ from }) => from))
  const files: DueFile[] = []
  let toldUntil = -Infinity
  for (const [index, oldest] of stretches.entries()) {
    if (!isReadyFrom.has(oldest.from) || oldest.from < toldUntil) continue
    const mayTell = ({ from }: Span) => isReadyFrom.has(from) || written.has(from)
    let end = index
    for (let next = index + 1; next < stretches.length; next++) {
      const stretch = stretches[next]
      if (stretch === undefined || !mayTell(stretch)) break
      if (stretch.to > oldest.from + policy.windowMs) break
      if (isReadyFrom.has(stretch.from)) end = next
    }
    const to = stretches[end]?.to ?? oldest.to
    let begin = index
    while (begin > 0) {
      const before = stretches[begin - 1]
      if (before === undefined || !mayTell(before) || before.from < to - policy.windowMs) break
      begin -= 1
    }
    files.push(fileOf(stretches.slice(begin, end + 1), false, policy, standing))
    toldUntil = to
  }
  return files
}

/** Stretches that were written and say something else now. */
function restated(
  policy: Policy,
  stretches: readonly Span[],
  written: ReadonlyMap<Instant, WrittenStretch>,
  printOf: (stretch: Span) => string,
  standing: Standing,
  first: readonly DueFile[],
): readonly DueFile[] {
  if (policy.lateData === 'append once') return []
  const told = new Set(first.flatMap((file) => file.stretches.map(({ from }) => from)))
  const waitsFrom = nextWindowFrom(policy, stretches, written, standing)
  return stretches.flatMap((stretch): readonly DueFile[] => {
    const before = written.get(stretch.from)
    if (before === undefined || told.has(stretch.from)) return []
    if (standing.now < before.writtenAt + policy.restateEveryMs) return []
    // The next file has it in it.
    if (stretch.from >= waitsFrom) return []
    if (before.print === printOf(stretch)) return []
    return [fileOf([stretch], true, policy, standing)]
  })
}

/** With `overlapping`, from where on changes go out with the file that comes next; should none come, it is not waited for. */
function nextWindowFrom(
  { lateData, windowMs, closeDelayMs, patienceMs }: Policy,
  stretches: readonly Span[],
  written: ReadonlyMap<Instant, WrittenStretch>,
  { now }: Standing,
): Instant {
  const last = stretches.findLast(({ from }) => written.has(from))
  if (lateData !== 'overlapping' || last === undefined) return Infinity
  const nextTo = last.to + (last.to - last.from)
  return now < nextTo + closeDelayMs + patienceMs ? nextTo - windowMs : Infinity
}

/** Written stretches that say something else now, whatever the target does about it. */
export function differing(
  stretches: readonly Span[],
  written: ReadonlyMap<Instant, WrittenStretch>,
  printOf: (stretch: Span) => string,
): readonly WrittenStretch[] {
  return stretches.flatMap((stretch): readonly WrittenStretch[] => {
    const before = written.get(stretch.from)
    return before === undefined || before.print === printOf(stretch) ? [] : [before]
  })
}
