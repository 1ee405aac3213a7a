import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import { learnGap, type KnownGap } from '../projections/known-gaps.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * The gaps of sources that tell of agents, as far as they touch a span: from the events, by the function with which the shards
 * learn of them, for `source_gaps` does not tell whose events are missing.
 */
export async function gapsOfAgents(warehouse: Warehouse, span: Span): Promise<readonly KnownGap[]> {
  const rows = await warehouse.query(
    `SELECT source, worker, status, toUnixTimestamp64Milli(gap_from) AS gapFrom,
       toUnixTimestamp64Milli(gap_to) AS gapTo
     FROM events
     WHERE topic = 'ledgerline.config' AND type = 'source.gap'
       AND gap_from < fromUnixTimestamp64Milli({to:Int64})`,
    { ...span },
  )
  const gaps = z.array(gapRow).parse(rows).reduce(learnGap, [])
  return gaps.filter(({ to }) => (to ?? Infinity) > span.from)
}

const gapRow = z.object({
  ...{ source: z.string(), worker: z.string().nullable(), status: z.string().nullable() },
  ...{ gapFrom: z.int().nullable(), gapTo: z.int().nullable() },
})
