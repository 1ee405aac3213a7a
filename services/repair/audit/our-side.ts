import { z } from 'zod'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { taskRouterSource } from '../../ingest/sources/twilio-taskrouter.ts'
import type { Stretch } from '../windows.ts'
import { comparedCounts, ourColumns } from './compared.ts'
import { edgeMs, type Seen, type ToldEvent } from './comparison.ts'

/** What our tables say of a piece of time, queue by queue. */
export interface OurSide {
  readonly gaps: Seen['gaps']
  /** Rows of a queue, added up; zeros where there are none. */
  ours(queue: string, channel: string | null): Seen['ours']
  told(queue: string, channel: string | null): readonly ToldEvent[]
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64})`

/** The queues that have rows in a stretch. */
export async function queuesWithRows(
  warehouse: Warehouse,
  workspace: string,
  stretch: Stretch,
): Promise<readonly string[]> {
  const rows = await warehouse.query(
    `SELECT DISTINCT queue FROM v_queue_intervals
     WHERE workspace = {workspace:String} AND queue != ''
       AND interval_start >= ${at('from')} AND interval_start < ${at('to')} ORDER BY queue`,
    { workspace, ...stretch },
  )
  return z
    .array(z.object({ queue: z.string() }))
    .parse(rows)
    .map(({ queue }) => queue)
}

export async function ourSideOf(
  warehouse: Warehouse,
  workspace: string,
  piece: Stretch,
): Promise<OurSide> {
  const { from, to } = piece
  const rows = rowsSchema.parse(
    await warehouse.query(
      `SELECT rows.queue AS queue, rows.channel AS channel,
         ${ourColumns.map((column) => `toUInt64(sum(rows.${column})) AS ${column}`).join(', ')}
       FROM v_queue_intervals AS rows
       WHERE rows.workspace = {workspace:String}
         AND rows.interval_start >= ${at('from')} AND rows.interval_start < ${at('to')}
       GROUP BY queue, channel`,
      { workspace, from, to },
    ),
  )
  // What the hub has found out itself, or has made of another event, is nothing that TaskRouter counts.
  const told = toldSchema.parse(
    await warehouse.query(
      `SELECT told.id AS id, told.type AS type, told.queue AS queue, told.channel AS channel,
         told.happened AS at, told.received AS receivedAt, told.direct AS isDirect,
         if(tasks.created IS NULL, NULL, told.happened - tasks.created) AS sinceCreationMs
       FROM (
         SELECT e.id AS id, any(e.task) AS task, any(e.type) AS type, any(e.queue) AS queue,
           any(e.channel) AS channel, max(ifNull(e.direct, false)) AS direct,
           min(${ms('e.at')}) AS happened, min(${ms('e.received_at')}) AS received
         FROM events AS e
         WHERE e.topic = 'ledgerline.tasks' AND e.workspace = {workspace:String}
           AND e.type IN {types:Array(String)} AND e.queue IS NOT NULL
           AND e.road != 'hub' AND e.cause IS NULL
           AND e.at >= ${at('from')} AND e.at < ${at('to')}
         GROUP BY id) AS told
       LEFT JOIN (
         SELECT task, ${ms('any(created_at)')} AS created FROM contacts FINAL
         WHERE workspace = {workspace:String} AND NOT has(anomalies, 'missing_begin')
         GROUP BY task) AS tasks ON tasks.task = told.task
       SETTINGS join_use_nulls = 1`,
      {
        ...{ workspace, types: comparedCounts.map(({ type }) => type) },
        ...{ from: from - edgeMs, to: to + edgeMs },
      },
    ),
  )
  const isOf = (queue: string, channel: string | null) => (row: Place) =>
    row.queue === queue && (channel === null || row.channel === channel)
  return {
    gaps: await openGaps(warehouse, piece),
    ours(queue, channel) {
      const own = rows.filter(isOf(queue, channel))
      const sum = (column: (typeof ourColumns)[number]) =>
        own.reduce((total, row) => total + row[column], 0)
      return columnsFrom(sum)
    },
    told: (queue, channel) => told.filter(isOf(queue, channel)),
  }
}

interface Place {
  readonly queue: string
  readonly channel: string | null
}

function columnsFrom(value: (column: (typeof ourColumns)[number]) => number): Seen['ours'] {
  return columnsSchema.parse(
    Object.fromEntries(ourColumns.map((column) => [column, value(column)])),
  )
}

const columnsSchema = z.record(z.enum(ourColumns), z.int())
const rowsSchema = z.array(columnsSchema.and(z.object({ queue: z.string(), channel: z.string() })))

const toldSchema = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    queue: z.string(),
    channel: z.string().nullable(),
    at: z.int(),
    receivedAt: z.int(),
    isDirect: z.coerce.boolean(),
    sinceCreationMs: z.int().nullable(),
  }),
)

async function openGaps(warehouse: Warehouse, { from, to }: Stretch): Promise<Seen['gaps']> {
  const rows = await warehouse.query(
    `SELECT ${ms('gap_from')} AS from, ${ms('gap_to')} AS to FROM source_gaps FINAL
     WHERE status = 'open' AND source = {source:String}
       AND gap_from < ${at('to')} AND (gap_to IS NULL OR gap_to > ${at('from')})`,
    { source: taskRouterSource, from, to },
  )
  return z.array(z.object({ from: z.int(), to: z.int().nullable() })).parse(rows)
}
