import type { Instant } from '../../schemas/events/instant.ts'
import type { MappedState, Mapper, RulePlace, WfmState } from './mapper.ts'
import type { AgentMoment } from './moment.ts'

/** A moment from an instant on, up to the next one or, null, still. */
export interface MomentSpan {
  readonly moment: AgentMoment
  readonly from: Instant
  readonly to: Instant | null
}

/** A mapping from an instant on, up to the next one. */
export interface MapperSince {
  readonly from: Instant
  readonly mapper: Mapper
}

/** A stretch of one state in the words of a target. */
export interface WfmSpan {
  readonly state: WfmState
  readonly from: Instant
  /** Null: he is still in it. */
  readonly to: Instant | null
  /** By which version of the mapping, and which rules of it, it began. */
  readonly version: number
  readonly rules: readonly RulePlace[]
  readonly unmapped: MappedState['unmapped']
}

/** What of the time before an instant decides what is told after it. */
export interface CarriedSpans {
  /** The last stretch that is told for sure; null: there is none, or it does not reach up to the next. */
  readonly told: WfmSpan | null
  /** What follows it up to the instant, told or not: it may yet be too short. Null: there is nothing. */
  readonly running: WfmSpan | null
}

export const nothingCarried: CarriedSpans = { told: null, running: null }

/**
 * What is told of an agent, from his moments in the order of time without gaps between them, by the mappings in force at
 * each instant. Neighbours that are told alike are one stretch. One that is shorter than the mapping's dwell is not told:
 * its time stays with the one before it; one that still goes on is told once it is as old as that. Moments from an instant
 * on go on from what is carried up to there, and come to the same stretches as all of them do.
 */
export function wfmSpans(
  moments: readonly MomentSpan[],
  mappers: readonly MapperSince[],
  asOf: Instant,
  carried = nothingCarried,
): readonly WfmSpan[] {
  return told(mapped(moments, mappers, asOf, carried), mappers, asOf, carried)
}

/** What is to be carried over a border in the time of these moments; what ends at the very border is too. */
export function carriedOver(
  border: Instant,
  moments: readonly MomentSpan[],
  mappers: readonly MapperSince[],
  asOf: Instant,
  carried = nothingCarried,
): CarriedSpans {
  const spans = mapped(moments, mappers, asOf, carried)
  const crosses = ({ from, to }: WfmSpan) => from < border && (to ?? Infinity) >= border
  const index = spans.findIndex(crosses)
  const running = spans[index]
  if (running === undefined) return nothingCarried
  const last = told(spans.slice(0, index), mappers, asOf, carried).at(-1)
  return {
    told: last?.to === running.from ? last : null,
    running: { ...running, to: border },
  }
}

/** The next instant after `asOf` at which the clock alone may change what is told; null: none. */
export function nextToldAt(
  moments: readonly MomentSpan[],
  mappers: readonly MapperSince[],
  asOf: Instant,
  carried = nothingCarried,
): Instant | null {
  const last = moments.at(-1)
  if (last === undefined) return null
  const mapper = mapperAt(mappers, asOf)
  const next =
    mapper === null
      ? (mappers.find(({ from }) => from > asOf)?.from ?? null)
      : nextAt(mapper, mappers, last.moment, asOf)
  const running = mapped(moments, mappers, asOf, carried).at(-1)
  const ripe = running === undefined ? 0 : running.from + dwellMsOf(running, mappers)
  const times = [...(next === null ? [] : [next]), ...(ripe > asOf ? [ripe] : [])]
  return times.length === 0 ? null : Math.min(...times)
}

function mapped(
  moments: readonly MomentSpan[],
  mappers: readonly MapperSince[],
  asOf: Instant,
  { running }: CarriedSpans,
): readonly WfmSpan[] {
  const spans: WfmSpan[] = running === null ? [] : [running]
  for (const { moment, from, to } of moments) {
    const end = to === null || to > asOf ? null : to
    const pieces = [...piecesOf(moment, from, end ?? asOf + 1, mappers)]
    for (const [index, { at, mapper }] of pieces.entries()) {
      const next = pieces[index + 1]?.at ?? end
      const { version } = mapper.mapping
      push(spans, { ...mapper.map(moment, at), from: at, to: next, version })
    }
  }
  return spans
}

/** Where in a moment what is told may change, from the first mapping on. */
function* piecesOf(
  moment: AgentMoment,
  from: Instant,
  end: Instant,
  mappers: readonly MapperSince[],
): Generator<{ readonly at: Instant; readonly mapper: Mapper }> {
  let at: Instant | null = Math.max(from, mappers[0]?.from ?? Infinity)
  while (at !== null && at < end) {
    const mapper = mapperAt(mappers, at)
    if (mapper === null) return
    yield { at, mapper }
    at = nextAt(mapper, mappers, moment, at)
  }
}

/** The next instant at which the clock alone may change what is told. */
function nextAt(
  mapper: Mapper,
  mappers: readonly MapperSince[],
  moment: AgentMoment,
  at: Instant,
): Instant | null {
  const nextMapping = mappers.find(({ from }) => from > at)?.from ?? Infinity
  const next = Math.min(nextMapping, mapper.nextChange(moment, at) ?? Infinity)
  return Number.isFinite(next) ? next : null
}

/** The mapping in force at an instant; null: none was yet. */
export function mapperAt(mappers: readonly MapperSince[], at: Instant): Mapper | null {
  return mappers.findLast(({ from }) => from <= at)?.mapper ?? null
}

function dwellMsOf({ from }: WfmSpan, mappers: readonly MapperSince[]): number {
  return mapperAt(mappers, from)?.mapping.minimumDwellMs ?? 0
}

function told(
  spans: readonly WfmSpan[],
  mappers: readonly MapperSince[],
  asOf: Instant,
  { told }: CarriedSpans,
): readonly WfmSpan[] {
  const kept: WfmSpan[] = told === null ? [] : [told]
  for (const span of spans) {
    const lengthMs = (span.to ?? asOf) - span.from
    const before = kept.at(-1)
    if (lengthMs >= dwellMsOf(span, mappers) || before === undefined || before.to !== span.from)
      push(kept, span)
    else kept[kept.length - 1] = { ...before, to: span.to }
  }
  return kept
}

/** Neighbours that are told alike are one, from the first on. */
function push(spans: WfmSpan[], span: WfmSpan): void {
  const last = spans.at(-1)
  if (last !== undefined && last.to === span.from && isAlike(last, span)) {
    spans[spans.length - 1] = { ...last, to: span.to }
  } else spans.push(span)
}

function isAlike({ state: a, ...one }: WfmSpan, { state: b, ...other }: WfmSpan): boolean {
  return (
    one.unmapped?.of === other.unmapped?.of &&
    one.unmapped?.name === other.unmapped?.name &&
    a.code === b.code &&
    a.reason === b.reason &&
    a.text === b.text &&
    a.class === b.class &&
    a.loggedOn === b.loggedOn &&
    a.countsAsContact === b.countsAsContact &&
    a.paid === b.paid
  )
}
