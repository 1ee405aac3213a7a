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

/** Whether a stretch of time is out as a whole. */
export function isWithin(spans: readonly Span[], { from, to }: Span): boolean {
  return spans.some((span) => span.from <= from && span.to >= to)
}
