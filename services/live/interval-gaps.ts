import type { Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { isMadeOf, type OpenGap } from '../projections/coverage.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** The open gaps of the sources that these tables are made of, as far as they touch a span. */
export async function openGaps(
  warehouse: Warehouse,
  tables: readonly IntervalTable[],
  span: Span,
): Promise<readonly OpenGap[]> {
  const gaps = await warehouse.query<OpenGap>(
    `SELECT source, toUnixTimestamp64Milli(gap_from) AS from, toUnixTimestamp64Milli(gap_to) AS to, reason
     FROM source_gaps FINAL
     WHERE status = 'open' AND gap_from < fromUnixTimestamp64Milli({to:Int64})
       AND (gap_to IS NULL OR gap_to > fromUnixTimestamp64Milli({from:Int64}))
     ORDER BY gap_from, source`,
    { ...span },
  )
  return gaps.filter(({ source }) => tables.some((table) => isMadeOf(table, source)))
}
