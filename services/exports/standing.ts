import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { openGaps } from '../live/interval-gaps.ts'
import type { TableProgress } from '../live/routes.ts'
import { completeUpTo } from '../live/table-time.ts'
import { tickedTopics } from '../log/topics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { Standing } from './plan/due.ts'

export interface StandingOptions {
  readonly warehouse: Warehouse
  /** Of the runner in this process; missing where another writes the tables. */
  readonly runnerProgress?: (() => readonly TableProgress[]) | undefined
}

/** How far a table is: as of when, up to when it is final, and what of it nobody knows. */
export async function standingOf(
  { warehouse, runnerProgress }: StandingOptions,
  table: IntervalTable,
  span: Span,
  now: Instant,
): Promise<Standing> {
  const asOf =
    runnerProgress === undefined ? await ticksIn(warehouse) : completeUpTo(runnerProgress())
  const final = z
    .array(z.object({ until: z.int() }))
    .parse(
      await warehouse.query(
        `SELECT toUnixTimestamp64Milli(max(f.until)) AS until FROM finalised_intervals AS f FINAL WHERE table_name = {table:String}`,
        { table },
      ),
    )
  const gaps = await openGaps(warehouse, [table], span)
  return { now, asOf, finalUntil: final[0]?.until ?? 0, gaps }
}

/** Where another process folds: the last tick whose records are in the tables, less what partitions may lie apart. */
async function ticksIn(warehouse: Warehouse): Promise<Instant | null> {
  const rows = await warehouse.query(
    `SELECT topic, toUnixTimestamp64Milli(max(e.at)) AS tick FROM events AS e
     WHERE e.entity = '' AND e.type = 'clock.ticked' GROUP BY topic`,
  )
  const ticks = z.array(z.object({ topic: z.string(), tick: z.int() })).parse(rows)
  if (!tickedTopics.every((topic) => ticks.some((one) => one.topic === topic))) return null
  return Math.min(...ticks.map(({ tick }) => tick)) - partitionsApartMs
}

const partitionsApartMs = 120_000
