import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { OwnRow } from './projection.ts'
import type { Timeline } from './timeline.ts'

/**
 * One row a gap of a source: a stretch in which it was silent or is known to have lost something. What is told later of the
 * same gap holds: that it is longer, that it was filled, or that it was read again and nothing had been missing.
 */
export function sourceGaps(source: string, timeline: Timeline): readonly OwnRow[] {
  const gaps = new Map<number, LedgerEvent[]>()
  for (const event of timeline) {
    if (event.type !== 'source.gap' || event.gapFrom === null) continue
    const own = gaps.get(event.gapFrom)
    if (own === undefined) gaps.set(event.gapFrom, [event])
    else own.push(event)
  }
  return [...gaps].flatMap(([from, own]) => {
    const [first] = own
    if (first === undefined) return []
    const closed = own.find(({ status }) => status === 'filled' || status === 'empty')
    const ends = own.flatMap(({ gapTo }) => gapTo ?? [])
    return [
      {
        table: 'source_gaps',
        key: { source, gap_from: from },
        values: {
          gap_to: ends.length === 0 ? null : Math.max(...ends),
          status: closed?.status ?? 'open',
          reason: first.reason ?? '',
          noticed_at: first.at,
          closed_at: closed?.at ?? null,
        },
      } satisfies OwnRow,
    ]
  })
}
