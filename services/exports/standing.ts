import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { openGaps } from '../live/interval-gaps.ts'
import { tablesAsOf, type TableTimeOptions } from '../live/table-time.ts'
import type { Standing } from './plan/due.ts'

export interface StandingOptions extends TableTimeOptions {
  /** Of what time nobody has told yet whether it has gaps; missing where another process looks. */
  readonly unsettled?: (() => readonly Span[]) | undefined
}

/** How far a table is: as of when, up to when it is final, and what of it nobody knows. */
export async function standingOf(
  options: StandingOptions,
  table: IntervalTable,
  span: Span,
  now: Instant,
): Promise<Standing> {
  const { warehouse, unsettled = () => [] } = options
  // Before the tables are asked: it is settled when they show what it has left.
  const untold = unsettled().filter(({ from, to }) => from < span.to && to > span.from)
  const asOf = await tablesAsOf(options)
  const final = z
    .array(z.object({ until: z.int() }))
    .parse(
      await warehouse.query(
        `SELECT toUnixTimestamp64Milli(max(f.until)) AS until FROM finalised_intervals AS f FINAL WHERE table_name = {table:String}`,
        { table },
      ),
    )
  const gaps = await openGaps(warehouse, [table], span)
  return { now, asOf, finalUntil: final[0]?.until ?? 0, gaps: [...gaps, ...untold] }
}
