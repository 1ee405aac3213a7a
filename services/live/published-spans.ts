import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What of a table was out at an instant. */
export interface PublishedSpans {
  readonly final: readonly Span[]
  readonly delivered: readonly Span[]
}

/** Asks what of a table was final at an instant, and what had been delivered by then. */
export async function publishedSpans(
  warehouse: Warehouse,
  table: IntervalTable,
  at: Instant,
): Promise<PublishedSpans> {
  const rows = await warehouse.query(
    `SELECT 'final' AS how, ${ms('min(since)')} AS began, ${ms('max(until)')} AS ended
     FROM finalised_intervals FINAL
     WHERE table_name = {table:String} AND finalised_at <= ${instant} HAVING count() > 0
     UNION ALL
     SELECT 'delivered' AS how, ${ms('since')} AS began, ${ms('until')} AS ended
     FROM deliveries FINAL WHERE table_name = {table:String} AND delivered_at <= ${instant}`,
    { table, at },
  )
  const spans = z.array(row).parse(rows)
  const ofKind = (kind: string) =>
    spans.filter(({ how }) => how === kind).map(({ began, ended }) => ({ from: began, to: ended }))
  return { final: ofKind('final'), delivered: ofKind('delivered') }
}

const row = z.object({ how: z.string(), began: z.int(), ended: z.int() })
const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const instant = 'fromUnixTimestamp64Milli({at:Int64})'

export type Status = 'final' | 'delivered' | 'provisional'

/** Of a stretch of time as a whole. */
export function statusOf({ final, delivered }: PublishedSpans, { from, to }: Span): Status {
  const isIn = (spans: readonly Span[]) => spans.some((span) => span.from <= from && span.to >= to)
  if (isIn(final)) return 'final'
  return isIn(delivered) ? 'delivered' : 'provisional'
}

/** What is out of all of several tables. */
export function publishedOfAll(all: readonly PublishedSpans[]): PublishedSpans {
  const [first = nothing, ...others] = all
  return others.reduce(
    (common, one) => ({
      final: overlaps(common.final, one.final),
      delivered: overlaps(common.delivered, one.delivered),
    }),
    first,
  )
}

const nothing: PublishedSpans = { final: [], delivered: [] }

function overlaps(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap((a) =>
    others
      .map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))
      .filter(({ from, to }) => from < to),
  )
}
