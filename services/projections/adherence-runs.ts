import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { isOut } from './adherence-now.ts'
import type { AdherencePiece } from './adherence-pieces.ts'

/** A stretch out of adherence, as long as it could be. */
export interface Run extends Span {
  /** Its parts between instants at which the plan changes. */
  readonly parts: readonly RunPart[]
}

export interface RunPart extends Span {
  /** The plan changes where it begins, and where it ends. */
  readonly isBegun: boolean
  readonly isEnded: boolean
}

/** What must be known at a border of a run that goes on there: since when, and of its last part. */
export interface CarriedRun {
  readonly from: Instant
  readonly isBegun: boolean
  readonly partFrom: Instant
  readonly isPartBegun: boolean
}

/**
 * The runs of pieces that follow each other without gaps. `carried` is of the first piece; `next` is the effective plan
 * after the last.
 */
export function runsOf(
  pieces: readonly AdherencePiece[],
  carried: CarriedRun | null,
  next: Planned,
): readonly Run[] {
  const runs: { from: Instant; to: Instant; parts: RunPart[] }[] = []
  for (const [index, piece] of pieces.entries()) {
    if (!isOut(piece)) continue
    const changes = differs(pieces[index - 1] ?? nothing, piece)
    const isEnded = differs(piece, pieces[index + 1] ?? next)
    const [{ from, to }, last] = [piece, runs.at(-1)]
    if (index === 0 && carried !== null) {
      const { partFrom, isPartBegun } = carried
      runs.push({
        ...{ from: carried.from, to },
        parts: [
          ...(partFrom === carried.from
            ? []
            : [{ from: carried.from, to: partFrom, isBegun: carried.isBegun, isEnded: true }]),
          { from: partFrom, to, isBegun: isPartBegun, isEnded },
        ],
      })
    } else if (last?.to === from) {
      last.to = to
      const part = last.parts.at(-1)
      if (changes || part === undefined) last.parts.push({ from, to, isBegun: true, isEnded })
      else last.parts[last.parts.length - 1] = { ...part, to, isEnded }
    } else runs.push({ from, to, parts: [{ from, to, isBegun: changes, isEnded }] })
  }
  return runs
}

/** What is to be carried of a run that reaches a border. */
export function toCarriedRun({ from, parts }: Run): CarriedRun {
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a run has no parts')
  return { from, isBegun: first.isBegun, partFrom: last.from, isPartBegun: last.isBegun }
}

/** The stretches of a run that grace forgives, in the order of time. */
export function forgivenIn(
  { from, to, parts }: Run,
  { graceMs, graceMode }: Pick<AdherenceParameters, 'graceMs' | 'graceMode'>,
): readonly Span[] {
  if (graceMs === 0) return []
  if (graceMode === 'all_or_nothing') {
    const isAtBorder = parts[0]?.isBegun === true || parts.at(-1)?.isEnded === true
    return to - from <= graceMs && isAtBorder ? [{ from, to }] : []
  }
  return parts.flatMap((part) => {
    if (part.to - part.from <= graceMs) {
      return part.isBegun || part.isEnded ? [{ from: part.from, to: part.to }] : []
    }
    // A part between two borders is forgiven at both ends, where the two may meet (U15).
    const head = { from: part.from, to: part.from + (part.isBegun ? graceMs : 0) }
    const tail = { from: Math.max(head.to, part.to - (part.isEnded ? graceMs : 0)), to: part.to }
    return [head, tail].filter((span) => span.to > span.from)
  })
}

export type Planned = Pick<AdherencePiece, 'planned' | 'isTracked'>

export const nothing: Planned = { planned: null, isTracked: false }

function differs(a: Planned, b: Planned): boolean {
  return a.planned !== b.planned || a.isTracked !== b.isTracked
}
