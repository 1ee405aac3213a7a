import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { dayMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

// A log-on lasts over many states, and may begin long before a time that is asked for and end long after it. All that is between is
// not read: the table is asked where it breaks off.

/** By sid, since when those are logged on who are at an instant; of others nothing. */
export function logOnsBefore(
  warehouse: Warehouse,
  mapping: string,
  at: Instant,
  agents: readonly string[],
): Promise<ReadonlyMap<string, Instant>> {
  return fartherAndFarther(agents, async (some, ms) => {
    // Of the first that is looked at nobody knows what was before it, unless it is the first of all.
    const found = await warehouse.query(
      `SELECT agent, ${ms64('max(started_at)')} AS since FROM
         (SELECT agent, started_at, is_logged_on, ${beside('lag', 'is_logged_on')} AS was_on, ${beside('lag', 'ended_at')} AS was_to
          FROM agent_wfm_states FINAL
          WHERE ${ofThem} AND started_at <= ${instant('at')} AND started_at >= ${instant('edge')})
       WHERE is_logged_on AND NOT ifNull(was_on AND was_to = started_at, false)
         AND ({isAll:Bool} OR isNotNull(was_on))
       GROUP BY agent`,
      { mapping, agents: some, at, edge: ms === null ? 0 : at - ms, isAll: ms === null },
    )
    return new Map(
      z
        .array(logOnSchema)
        .parse(found)
        .map(({ agent, since }) => [agent, since]),
    )
  })
}

/**
 * By sid, when those log off who are logged on still in a state that lasts up to an instant or beyond; null: they have not. `ends` has
 * when that state ends.
 */
export function logOffsAfter(
  warehouse: Warehouse,
  mapping: string,
  at: Instant,
  ends: ReadonlyMap<string, Instant>,
): Promise<ReadonlyMap<string, Instant | null>> {
  return fartherAndFarther([...ends.keys()], async (some, ms) => {
    // Of the last that is looked at nobody knows what comes after it, unless it is the last of all.
    const found = await warehouse.query(
      `SELECT agent, ${ms64('min(started_at)')} AS next, argMin(is_logged_on, started_at) AS is_next_on,
         countIf(is_last) AS breaks, ${ms64('minIf(ended_at, is_last)')} AS until FROM
         (SELECT agent, started_at, ended_at, is_logged_on, ${beside('lead', 'is_logged_on')} AS will_be_on,
            ${beside('lead', 'started_at')} AS will_from,
            is_logged_on AND NOT ifNull(will_be_on AND will_from = ended_at, false)
              AND ({isAll:Bool} OR isNull(ended_at) OR isNotNull(will_be_on)) AS is_last
          FROM agent_wfm_states FINAL
          WHERE ${ofThem} AND started_at >= ${instant('at')} AND ({isAll:Bool} OR started_at < ${instant('edge')}))
       GROUP BY agent`,
      { mapping, agents: some, at, edge: at + (ms ?? 0), isAll: ms === null },
    )
    const rows = new Map(
      z
        .array(logOffSchema)
        .parse(found)
        .map((row) => [row.agent, row] as const),
    )
    const logOffs = new Map<string, Instant | null>()
    for (const agent of some) {
      const [end, row] = [ends.get(agent), rows.get(agent)]
      if (end === undefined || (row === undefined && ms !== null)) continue
      const goesOn = row?.is_next_on === true && row.next === end
      if (!goesOn) logOffs.set(agent, end)
      else if (row.breaks > 0) logOffs.set(agent, row.until)
    }
    return logOffs
  })
}

/** Most log-ons are of a day, few of a month, and who never logs off is one of very few: only of him all is asked. */
const reachMs = [dayMs, 8 * dayMs, 64 * dayMs, null] as const

async function fartherAndFarther<T>(
  agents: readonly string[],
  find: (some: readonly string[], ms: number | null) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> {
  const all = new Map<string, T>()
  let left = agents
  for (const ms of reachMs) {
    if (left.length === 0) break
    for (const [agent, found] of await find(left, ms)) all.set(agent, found)
    left = left.filter((agent) => !all.has(agent))
  }
  return all
}

const ofThem = 'target = {mapping:String} AND agent IN {agents:Array(String)}'
const instant = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64})`
const ms64 = (column: string) => `toUnixTimestamp64Milli(${column})`

/** Of the agent's row before or after; null: there is none. */
function beside(which: 'lag' | 'lead', column: string): string {
  const rows = which === 'lag' ? '1 PRECEDING AND CURRENT ROW' : 'CURRENT ROW AND 1 FOLLOWING'
  return `${which}InFrame(toNullable(${column})) OVER (PARTITION BY agent ORDER BY started_at ROWS BETWEEN ${rows})`
}

const logOnSchema = z.object({ agent: z.string(), since: z.int() })
const logOffSchema = z.object({
  ...{ agent: z.string(), next: z.int(), is_next_on: z.boolean() },
  ...{ breaks: z.int(), until: z.int().nullable() },
})
