import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What one agent, or all together, spent in one activity: stretches, each cut to the window. Milliseconds. */
export interface ActivityDuration {
  /** Empty: all together. */
  readonly agent: string
  readonly activity: string
  readonly name: string
  readonly count: number
  readonly total: number
  readonly min: number
  readonly max: number
}

export interface DurationsQuestion {
  readonly workspace: string
  readonly window: Span
  /** A stretch that is open lasts until then. */
  readonly now: Instant
  /** Agent by agent, or all together. */
  readonly byAgent: boolean
  /** Only this one. */
  readonly agent?: string
}

/** Who was in no activity in the window is not there. */
export async function activityDurations(
  warehouse: Warehouse,
  { workspace, window, now, byAgent, agent }: DurationsQuestion,
): Promise<readonly ActivityDuration[]> {
  const rows = await warehouse.query(
    `SELECT ${byAgent ? 'toString(cut.agent)' : "''"} AS agent, cut.activity AS activity,
       any(cut.activity_name) AS name, count() AS count,
       sum(cut.length) AS total, min(cut.length) AS min, max(cut.length) AS max
     FROM (
       SELECT agent, activity, activity_name,
         least(ifNull(${ms('ended_at')}, {now:Int64}), {to:Int64})
           - greatest(${ms('started_at')}, {from:Int64}) AS length
       FROM agent_activities FINAL
       WHERE workspace = {workspace:String} AND started_at < ${at('to')}
         AND (ended_at IS NULL OR ended_at > ${at('from')})
         ${agent === undefined ? '' : 'AND agent = {agent:String}'}) AS cut
     WHERE cut.length > 0
     GROUP BY agent, activity`,
    { workspace, ...window, now, ...(agent === undefined ? {} : { agent }) },
  )
  return durationsSchema.parse(rows)
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64})`

const durationsSchema = z.array(
  z.object({
    ...{ agent: z.string(), activity: z.string(), name: z.string() },
    ...{ count: z.int(), total: z.int(), min: z.int(), max: z.int() },
  }),
)
