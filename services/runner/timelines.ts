import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Shard } from '../log/log.ts'
import { wholeTime, type Window } from '../projections/agent-story.ts'
import { withEvents, type Timeline } from '../projections/timeline.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { eventSelection, fromEventRow } from './event-rows.ts'
import type { OlderMonths } from './months.ts'
import { slim } from './slim.ts'

/** What of an entity's timeline is wanted. */
export interface Wanted {
  readonly entity: string
  readonly window: Window
}

/**
 * Timelines that are not in memory: of each entity what its window needs, as it stood before `position`. What a crashed
 * batch has written behind it is beyond that and does not count yet.
 */
export type LoadTimelines = (
  shard: Shard,
  wanted: readonly Wanted[],
  position: number,
) => Promise<ReadonlyMap<string, Timeline>>

/** From the table `events`; what lies in older months, from where they are. */
export function timelinesIn(warehouse: Warehouse, older: OlderMonths | null = null): LoadTimelines {
  return (shard, wanted, position) => loadTimelines(warehouse, older, shard, wanted, position)
}

async function loadTimelines(
  warehouse: Warehouse,
  older: OlderMonths | null,
  shard: Shard,
  wanted: readonly Wanted[],
  position: number,
): Promise<ReadonlyMap<string, Timeline>> {
  const timelines = new Map<string, Timeline>(wanted.map(({ entity }) => [entity, []]))
  for (const part of chunked(wanted, entitiesMax)) {
    const windows = new Map(part.map((one) => [one.entity, one.window]))
    const found = await select(warehouse, older, shard, windows, position)
    const byEntity = new Map<string, LedgerEvent[]>()
    for (const { entity, event } of found) {
      const own = byEntity.get(entity)
      if (own === undefined) byEntity.set(entity, [event])
      else own.push(event)
    }
    for (const [entity, own] of byEntity) timelines.set(entity, withEvents([], own))
  }
  return timelines
}

const entitiesMax = 500

async function select(
  warehouse: Warehouse,
  older: OlderMonths | null,
  shard: Shard,
  windows: ReadonlyMap<string, Window>,
  position: number,
): Promise<readonly { readonly entity: string; readonly event: LedgerEvent }[]> {
  const from = Math.min(...[...windows.values()].map((window) => window.from))
  const carried = [...windows.values()].flatMap((window) => window.carry.reservations)
  const tellers = [...windows.values()].flatMap(({ carry }) => [
    ...(carry.plan?.events ?? []),
    ...(carry.moments?.attributesBy == null ? [] : [carry.moments.attributesBy]),
  ])
  const selection = `SELECT ${eventSelection} FROM events AS e
     WHERE e.topic = {topic:String} AND e.entity IN {entities:Array(String)}
       AND e.position < {position:UInt64}
       AND (e.at >= fromUnixTimestamp64Milli({from:Int64})
         OR e.type IN ('worker.created', 'worker.deleted')
         OR e.reservation IN {carried:Array(String)}
         OR e.id IN {tellers:Array(String)})`
  const params = {
    topic: shard.topic,
    entities: [...windows.keys()],
    position,
    from,
    carried,
    tellers,
  }
  const rows = [...(await warehouse.query(selection, params))]
  if (older !== null) {
    const where = warehouse.in(older.database)
    const filter = 'AND e.at < fromUnixTimestamp64Milli({before:Int64})'
    rows.push(...(await where.query(`${selection} ${filter}`, { ...params, before: older.before })))
  }
  return rows.map(fromEventRow).flatMap(({ entity, event }) => {
    const isNeeded = isOfWindow(event, windows.get(entity) ?? wholeTime)
    return isNeeded ? [{ entity, event: slim(event) }] : []
  })
}

/** Whether a window needs an event of its timeline: those from its beginning on, and some from before it. */
export function isOfWindow(event: LedgerEvent, { from, carry }: Window): boolean {
  return (
    event.at >= from ||
    event.type === 'worker.created' ||
    event.type === 'worker.deleted' ||
    event.id === carry.moments?.attributesBy ||
    carry.plan?.events.includes(event.id) === true ||
    (event.reservation !== null && carry.reservations.includes(event.reservation))
  )
}

function* chunked<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}
