import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

// What there is in a workspace, as far as the ledger has heard of it.

/** A queue, workflow, worker or activity as it is now, or was when it was deleted. */
export interface Known {
  readonly id: string
  readonly name: string
  readonly isDeleted: boolean
}

export type KnownKind = 'queue' | 'workflow' | 'worker' | 'activity'

/** The account of a workspace; null: nobody has ever told of the workspace. */
export async function accountOf(warehouse: Warehouse, workspace: string): Promise<string | null> {
  const rows = await warehouse.query(
    `SELECT account FROM events
     WHERE workspace = {workspace:String} AND account != '' LIMIT 1`,
    { workspace },
  )
  return z.array(z.object({ account: z.string() })).parse(rows)[0]?.account ?? null
}

/** All of a kind, by their ids, or the one of this id. */
export async function knownIn(
  warehouse: Warehouse,
  workspace: string,
  kind: KnownKind,
  id: string | null = null,
): Promise<readonly Known[]> {
  const rows = await warehouse.query(
    `SELECT id, name, is_deleted AS isDeleted
     FROM dimensions
     WHERE kind = {kind:String} AND workspace = {workspace:String} AND is_current
       ${id === null ? '' : 'AND id = {id:String}'}
     ORDER BY id`,
    { kind, workspace, ...(id === null ? {} : { id }) },
  )
  return knownSchema.parse(rows)
}

const knownSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    isDeleted: z.boolean(),
  }),
)

/** A task of each channel with work comes within this time, and tells the channel's sid. */
const channelToldMs = 30 * 24 * 3_600_000

/** The unique name of a task channel that was given by it or by its sid; else what is wrong with it. */
export async function channelNamed(
  warehouse: Warehouse,
  workspace: string,
  given: string,
  now: Instant,
): Promise<{ readonly channel: string } | { readonly fault: ProblemError }> {
  const names = await channelNames(warehouse, workspace)
  if (names.includes(given)) return { channel: given }
  const bySid = /^TC[0-9a-zA-Z]+$/.test(given)
    ? await channelOfSid(warehouse, workspace, given, now)
    : null
  if (bySid !== null) return { channel: bySid }
  const detail = 'is no task channel of the workspace'
  return { fault: { field: 'TaskChannel', detail, choices: [...names] } }
}

async function channelNames(warehouse: Warehouse, workspace: string): Promise<readonly string[]> {
  const rows = await warehouse.query(
    `SELECT DISTINCT channel FROM (
       SELECT toString(channel) AS channel FROM contacts WHERE workspace = {workspace:String}
       UNION DISTINCT
       SELECT toString(assumeNotNull(channel)) FROM events
       WHERE topic = 'ledgerline.config' AND workspace = {workspace:String}
         AND type = 'task-channel.created' AND channel IS NOT NULL)
     WHERE channel != '' ORDER BY channel`,
    { workspace },
  )
  return channelsSchema.parse(rows).map(({ channel }) => channel)
}

/** No column holds it: what the source sent does. */
async function channelOfSid(
  warehouse: Warehouse,
  workspace: string,
  sid: string,
  now: Instant,
): Promise<string | null> {
  const rows = await warehouse.query(
    `SELECT toString(assumeNotNull(e.channel)) AS channel FROM events AS e
     WHERE e.workspace = {workspace:String} AND e.channel IS NOT NULL
       AND (e.type = 'task-channel.created'
         OR e.type = 'task.created' AND e.at >= fromUnixTimestamp64Milli({since:Int64}))
       AND position(e.payload, {sid:String}) > 0
     LIMIT 1`,
    { workspace, sid, since: now - channelToldMs },
  )
  return channelsSchema.parse(rows)[0]?.channel ?? null
}

const channelsSchema = z.array(z.object({ channel: z.string() }))
