import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isMadeOf } from './coverage.ts'

/** A gap of a source that tells of agents, as far as it was told. */
export interface KnownGap {
  readonly source: string
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
export function learnGap(gaps: readonly KnownGap[], event: LedgerEvent): readonly KnownGap[] {
  const { source, gapFrom: from, gapTo, status } = event
  if (from === null || !isMadeOf('adherence_intervals', source)) return gaps
  const place = gaps.findIndex((gap) => gap.source === source && gap.from === from)
  const before = gaps[place]
  const gap: KnownGap = {
    ...{ source, from },
    to: Math.max(gapTo ?? -Infinity, before?.to ?? -Infinity),
    isClosed: status === 'filled' || status === 'empty' || before?.isClosed === true,
  }
  const told = gap.to === -Infinity ? { ...gap, to: null } : gap
  if (before?.to === told.to && before.isClosed === told.isClosed) return gaps
  return before === undefined
    ? [...gaps, told].sort((a, b) => a.from - b.from || (a.source < b.source ? -1 : 1))
    : gaps.with(place, told)
}

/** The stretches in which what agents did is not known for sure. */
export function unknownSpans(gaps: readonly KnownGap[]): readonly Span[] {
  const known = spans.get(gaps)
  if (known !== undefined) return known
  const open = gaps.flatMap(({ from, to, isClosed }) =>
    isClosed ? [] : [{ from, to: to ?? Infinity }],
  )
  spans.set(gaps, open)
  return open
}

const spans = new WeakMap<readonly KnownGap[], readonly Span[]>()
