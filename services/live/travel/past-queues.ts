import { z } from 'zod'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import type { HeardOf } from '../heard.ts'
import { countsSql, type Moment } from './moment.ts'
import { sightingCountsSql } from './sightings.ts'

/** What was told of queues that may have been told long before the moment: the newest of each by the time it happened. */
export interface PastQueues {
  readonly names: HeardOf<string>
  /** Their workspaces; empty once a queue is deleted. */
  readonly places: HeardOf<string>
}

export async function readQueues(warehouse: Warehouse, moment: Moment): Promise<PastQueues> {
  const [names, places] = await Promise.all([
    readField(warehouse, moment, 'name'),
    readField(warehouse, moment, 'place'),
  ])
  return { names, places }
}

type Field = keyof typeof toldBy

/** What an event tells of its queue. */
const toldBy = {
  name: 'e.queue_name',
  place: `if(e.type = 'task-queue.deleted', '', e.workspace)`,
}

/** On the last day that tells it there is one value as a rule; if there are more, the events of that day know which was last. */
async function readField(
  warehouse: Warehouse,
  moment: Moment,
  field: Field,
): Promise<HeardOf<string>> {
  const counts = `kind = 'queue' AND field = {field:String} AND ${sightingCountsSql(moment.as)}`
  const rows = await warehouse.query(
    `SELECT id AS queue_id, groupUniqArray(value) AS told, toUnixTimestamp64Milli(min(first_at)) AS told_at
     FROM routing_sightings
     WHERE ${counts} AND (id, day) IN (
       SELECT id, max(day) FROM routing_sightings WHERE ${counts} GROUP BY id)
     GROUP BY id`,
    { field, at: moment.at },
  )
  const heard: (readonly [string, string, Instant])[] = []
  const unclear: z.infer<typeof sightingRow>[] = []
  for (const row of z.array(sightingRow).parse(rows)) {
    const [value] = row.told
    if (row.told.length > 1 || value === undefined) unclear.push(row)
    else heard.push([row.queue_id, value, row.told_at])
  }
  return unclear.length === 0
    ? heard
    : [...heard, ...(await readFromEvents(warehouse, moment, field, unclear))]
}

const sightingRow = z.object({
  queue_id: z.string(),
  told: z.array(z.string()),
  told_at: z.int(),
})

async function readFromEvents(
  warehouse: Warehouse,
  { at, as }: Moment,
  field: Field,
  unclear: readonly z.infer<typeof sightingRow>[],
): Promise<HeardOf<string>> {
  const value = toldBy[field]
  // Of two that were told at once the greater text holds, as in `Heard`.
  const rows = await warehouse.query(
    `SELECT e.queue AS queue_id, argMax(ifNull(${value}, ''), (e.at, ifNull(${value}, ''))) AS told,
       toUnixTimestamp64Milli(max(e.at)) AS told_at
     FROM events AS e
     WHERE e.topic IN ('ledgerline.tasks', 'ledgerline.config') AND e.queue IN {queues:Array(String)}
       AND e.at >= fromUnixTimestamp64Milli({from:Int64}) AND e.road != 'hub'
       AND ${value} IS NOT NULL AND ${countsSql(as)}
     GROUP BY e.queue`,
    {
      ...{ at, queues: unclear.map((row) => row.queue_id) },
      from: Math.min(...unclear.map((row) => row.told_at)),
    },
  )
  return z
    .array(eventRow)
    .parse(rows)
    .map((row) => [row.queue_id, row.told, row.told_at])
}

const eventRow = z.object({ queue_id: z.string(), told: z.string(), told_at: z.int() })
