import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isMadeOf } from './coverage.ts'

/** A gap of a source that tells of agents, as far as it was told. */
export interface KnownGap {
  readonly source: string
  /** Whose events alone are missing; null: anybody's may be. */
  readonly worker: string | null
  readonly from: Instant
  /** Null: it goes on. */
  readonly to: Instant | null
  /** It was read again since: nothing is missing in it any more. */
  readonly isClosed: boolean
}

/**
 * What is known of gaps after this event; the same object when it tells nothing new. Of one gap the longest that was told
 * holds, and that it was closed, so that it plays no part in what order it was told.
 */
export function learnGap(gaps: readonly KnownGap[], event: ToldGap): readonly KnownGap[] {
  const { source, worker, gapFrom: from, gapTo, status } = event
  if (from === null || !isMadeOf('adherence_intervals', source)) return gaps
  const place = gaps.findIndex(
    (gap) => gap.source === source && gap.worker === worker && gap.from === from,
  )
  const before = gaps[place]
  const gap: KnownGap = {
    ...{ source, worker, from },
    to: Math.max(gapTo ?? -Infinity, before?.to ?? -Infinity),
    isClosed: status === 'filled' || status === 'empty' || before?.isClosed === true,
  }
  const told = gap.to === -Infinity ? { ...gap, to: null } : gap
  if (before?.to === told.to && before.isClosed === told.isClosed) return gaps
  return before === undefined
    ? [...gaps, told].sort((a, b) => a.from - b.from || (nameOf(a) < nameOf(b) ? -1 : 1))
    : gaps.with(place, told)
}

/** What is read of an event that tells of a gap. */
export type ToldGap = Pick<LedgerEvent, 'source' | 'worker' | 'gapFrom' | 'gapTo' | 'status'>

/** The gaps that were not read again yet and in which something of an agent may be missing. */
export function gapsOf(gaps: readonly KnownGap[], agent: string): readonly KnownGap[] {
  const { gaps: all, isOfOne } = openGaps(gaps)
  return isOfOne ? all.filter(({ worker }) => (worker ?? agent) === agent) : all
}

/** The stretches in which what an agent did is not known for sure. */
export function unknownSpans(gaps: readonly KnownGap[], agent: string): readonly Span[] {
  return gapsOf(gaps, agent).map(({ from, to }) => ({ from, to: to ?? Infinity }))
}

// A timeline is folded again with every event and tick, and gaps are many in the end: nearly all of them closed.
const open = new WeakMap<readonly KnownGap[], ReturnType<typeof openIn>>()

function openGaps(gaps: readonly KnownGap[]) {
  let found = open.get(gaps)
  if (found === undefined) open.set(gaps, (found = openIn(gaps)))
  return found
}

function openIn(all: readonly KnownGap[]) {
  const gaps = all.filter(({ isClosed }) => !isClosed)
  return { gaps, isOfOne: gaps.some(({ worker }) => worker !== null) }
}

function nameOf({ source, worker }: KnownGap): string {
  return `${source}\n${worker ?? ''}`
}
