import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What the tables and the ledger tell of a stretch, as a replay needs it. Instants are milliseconds. */
export interface WhatIfRows {
  readonly visits: readonly VisitRow[]
  readonly tasks: readonly TaskRow[]
  /** Tasks that their workflow ended. */
  readonly endedByWorkflow: readonly { readonly task: string }[]
  readonly legs: readonly LegRow[]
  readonly activities: readonly ActivityRow[]
  readonly isAvailable: readonly { readonly activity: string; readonly takes_tasks: boolean }[]
  /** Of each worker, in order of time: the last before the stretch, and those in it. */
  readonly attributes: readonly AttributesRow[]
  readonly channels: readonly ChannelRow[]
  readonly workers: readonly { readonly worker: string; readonly name: string }[]
  readonly queues: readonly QueueRow[]
  /** Queues and workflows as they were imported. */
  readonly configured: readonly ConfiguredRow[]
}

export interface VisitRow {
  readonly task: string
  readonly visit: number
  readonly queue: string
  readonly channel: string
  readonly direction: string
  readonly workflow: string
  readonly entry: 'new' | 'moved' | 'transfer' | 'requeued'
  readonly entered: Instant
  readonly exited: Instant | null
  readonly disposition: string
  readonly answered_by: string
  readonly sl_threshold_ms: number
  readonly short_abandon_ms: number
}

export interface TaskRow {
  readonly task: string
  readonly attributes: string
  readonly priority: number
}

export interface LegRow {
  readonly reservation: string
  readonly task: string
  readonly agent: string
  readonly channel: string
  readonly is_direct: boolean
  readonly offer_outcome: string
  readonly offered: Instant
  readonly offer_ended: Instant | null
  readonly accepted: Instant | null
  readonly ended: Instant | null
}

export interface ActivityRow {
  readonly agent: string
  readonly activity: string
  readonly activity_name: string
  readonly activity_class: string
  readonly started: Instant
  readonly ended: Instant | null
}

export interface AttributesRow {
  readonly worker: string
  readonly time: Instant
  readonly attributes: string
}

export interface ChannelRow {
  readonly worker: string
  readonly channel: string
  readonly time: Instant
  readonly capacity: number | null
  readonly available: boolean | null
}

export interface QueueRow {
  readonly queue: string
  readonly name: string
  readonly expression: string
}

export interface ConfiguredRow {
  readonly kind: 'queue' | 'workflow'
  readonly sid: string
  /** JSON: the REST resource that held at the end of the stretch, else the first that was told later. */
  readonly resource: string
}

/** The workspaces in which somebody waited in a stretch. */
export async function workspacesIn(
  warehouse: Warehouse,
  { from, to }: Span,
): Promise<readonly string[]> {
  const found = await warehouse.query<{ readonly workspace: string }>(
    `SELECT DISTINCT workspace FROM queue_visits FINAL
     WHERE entered_at >= fromUnixTimestamp64Milli({from:Int64})
       AND entered_at < fromUnixTimestamp64Milli({to:Int64}) ORDER BY workspace`,
    { from, to },
  )
  return found.map(({ workspace }) => workspace)
}

export async function readWhatIfRows(
  warehouse: Warehouse,
  workspace: string,
  { from, to }: Span,
): Promise<WhatIfRows> {
  const read = <T>(sql: string) => warehouse.query<T>(sql, { workspace, from, to })
  const begin = 'fromUnixTimestamp64Milli({from:Int64})'
  const end = 'fromUnixTimestamp64Milli({to:Int64})'
  const own = 'workspace = {workspace:String}'
  const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
  const ofWorkers = `FROM events WHERE ${own} AND topic = 'ledgerline.workers' AND startsWith(type, 'worker.')`
  return {
    visits: await read(
      `SELECT task, visit, queue, channel, direction, workflow, entry, ${ms('entered_at')} AS entered,
         ${ms('exited_at')} AS exited, disposition, answered_by, sl_threshold_ms, short_abandon_ms
       FROM queue_visits FINAL
       WHERE ${own} AND entered_at >= ${begin} AND entered_at < ${end} ORDER BY task, visit`,
    ),
    // A task is older than its visits, by milliseconds or, where it was transferred, by as long as somebody talked.
    tasks: await read(
      `SELECT entity AS task, argMin(ifNull(events.attributes, '{}'), events.at) AS attributes,
         argMin(ifNull(events.priority, 0), events.at) AS priority
       FROM events WHERE ${own} AND topic = 'ledgerline.tasks' AND type = 'task.created'
         AND at >= ${begin} - INTERVAL 1 DAY AND at < ${end}
       GROUP BY entity`,
    ),
    endedByWorkflow: await read(
      `SELECT DISTINCT entity AS task FROM events
       WHERE ${own} AND topic = 'ledgerline.tasks' AND type IN ('workflow.timeout', 'workflow.skipped')
         AND at >= ${begin} AND at < ${end} + INTERVAL 1 DAY`,
    ),
    legs: await read(
      `SELECT reservation, task, agent, channel, is_direct, offer_outcome, ${ms('offered_at')} AS offered,
         ${ms('offer_ended_at')} AS offer_ended, ${ms('accepted_at')} AS accepted, ${ms('ended_at')} AS ended
       FROM segments FINAL
       WHERE ${own} AND agent != '' AND offered_at < ${end}
         AND (is_open OR ifNull(ended_at, offer_ended_at) >= ${begin})
       ORDER BY offered_at, reservation`,
    ),
    activities: await read(
      `SELECT agent, activity, activity_name, activity_class, ${ms('started_at')} AS started,
         ${ms('ended_at')} AS ended
       FROM agent_activities FINAL
       WHERE ${own} AND started_at < ${end} AND (ended_at IS NULL OR ended_at >= ${begin})
       ORDER BY agent, started_at, place`,
    ),
    isAvailable: await read(
      `SELECT activity, assumeNotNull(is_available) AS takes_tasks FROM activities
       WHERE ${own} AND is_available IS NOT NULL AND since < ${end}
       ORDER BY since DESC LIMIT 1 BY activity`,
    ),
    attributes: [
      ...(await read<AttributesRow>(
        `SELECT entity AS worker, ${ms('max(events.at)')} AS time,
           argMax(assumeNotNull(events.attributes), events.at) AS attributes
         ${ofWorkers} AND events.attributes IS NOT NULL AND at < ${begin} GROUP BY entity ORDER BY entity`,
      )),
      ...(await read<AttributesRow>(
        `SELECT DISTINCT entity AS worker, ${ms('at')} AS time, assumeNotNull(events.attributes) AS attributes
         ${ofWorkers} AND events.attributes IS NOT NULL AND at >= ${begin} AND at < ${end}
         ORDER BY worker, time, attributes`,
      )),
    ],
    channels: [
      ...(await read<ChannelRow>(
        `SELECT entity AS worker, assumeNotNull(events.channel) AS channel, ${ms('max(events.at)')} AS time,
           argMax(events.capacity, events.at) AS capacity, argMax(channel_available, events.at) AS available
         ${ofWorkers} AND events.channel IS NOT NULL AND at < ${begin}
         GROUP BY entity, events.channel ORDER BY worker, channel`,
      )),
      ...(await read<ChannelRow>(
        `SELECT DISTINCT entity AS worker, assumeNotNull(events.channel) AS channel, ${ms('at')} AS time,
           events.capacity AS capacity, channel_available AS available
         ${ofWorkers} AND events.channel IS NOT NULL AND at >= ${begin} AND at < ${end}
         ORDER BY worker, time, channel`,
      )),
    ],
    workers: await read(
      `SELECT worker, name FROM workers WHERE ${own} AND since < ${end} ORDER BY since DESC LIMIT 1 BY worker`,
    ),
    queues: await read(
      `SELECT queue, name, expression FROM queues WHERE ${own} AND since < ${end}
       ORDER BY since DESC LIMIT 1 BY queue`,
    ),
    configured: await read(
      `SELECT if(type = 'workflow.configured', 'workflow', 'queue') AS kind,
         if(kind = 'workflow', assumeNotNull(toString(workflow)), assumeNotNull(toString(queue))) AS sid,
         argMax(assumeNotNull(attributes), if(at < ${end}, ${ms('at')}, -${ms('at')})) AS resource
       FROM events
       WHERE workspace IN ({workspace:String}, '') AND topic = 'ledgerline.config'
         AND type IN ('workflow.configured', 'task-queue.configured') AND attributes IS NOT NULL
       GROUP BY kind, sid ORDER BY kind, sid`,
    ),
  }
}
