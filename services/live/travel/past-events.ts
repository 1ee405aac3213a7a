import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { definingSelection, fromEventRow } from '../../runner/event-rows.ts'
import { tickOf } from '../../runner/ticker.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import type { liveTopics } from '../following.ts'
import { countsFromSql, countsSql, type Moment } from './moment.ts'

export type LiveTopic = (typeof liveTopics)[number]

/** An event where it stands in the ledger: under an entity of a topic; an empty one is what all shards are told. */
export interface PlacedEvent {
  readonly topic: LiveTopic
  readonly entity: string
  readonly event: LedgerEvent
}

/** The events of a topic that counted at a moment, as far as a condition on `events AS e` holds, in no order. */
export async function selectPast(
  warehouse: Warehouse,
  topic: LiveTopic,
  { at, as }: Moment,
  condition: string,
  params: Readonly<Record<string, unknown>> = {},
): Promise<readonly PlacedEvent[]> {
  const rows = await warehouse.query(
    `SELECT ${definingSelection} FROM events AS e
     WHERE e.topic = {topic:String} AND ${countsSql(as)} AND (${condition})`,
    { ...params, topic, at },
  )
  return rows.map((row) => ({ topic, ...fromEventRow(row) }))
}

/** Entities are asked for in an address, which has an end. */
const entitiesMax = 500

/** The same, of some entities. */
export async function selectPastOf(
  warehouse: Warehouse,
  topic: LiveTopic,
  moment: Moment,
  entities: readonly string[],
  condition = '1',
  params: (entities: readonly string[]) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<readonly PlacedEvent[]> {
  const found: PlacedEvent[] = []
  for (let at = 0; at < entities.length; at += entitiesMax) {
    const some = entities.slice(at, at + entitiesMax)
    const sql = `e.entity IN {entities:Array(String)} AND (${condition})`
    const own = { ...params(some), entities: some }
    for (const each of await selectPast(warehouse, topic, moment, sql, own)) found.push(each)
  }
  return found
}

/** What began to count after the moment and up to `to`, in no order; ticks are not among it. */
export async function selectStretch(
  warehouse: Warehouse,
  { at: from, as }: Moment,
  to: number,
): Promise<readonly PlacedEvent[]> {
  const parts = await Promise.all(
    (['ledgerline.tasks', 'ledgerline.workers', 'ledgerline.config'] as const).map((topic) =>
      selectPast(
        ...([warehouse, topic, { at: to, as }] as const),
        `e.type != 'clock.ticked' AND ${countsFromSql(as)} > {from:Int64}
         AND ${as === 'happened' ? 'e.at' : 'e.received_at'} > fromUnixTimestamp64Milli({from:Int64} - {reach:Int64})`,
        { from, reach },
      ),
    ),
  )
  return parts.flat()
}

/** What is derived is known no later than so long after its cause. */
const reach = 3 * 60_000

/** The last tick of the clock that was in the ledger; null before the first. */
export async function lastTick(warehouse: Warehouse, at: number): Promise<LedgerEvent | null> {
  const rows = await warehouse.query<{ readonly tick: number }>(
    `SELECT toUnixTimestamp64Milli(max(e.at)) AS tick FROM events AS e
     WHERE e.topic = 'ledgerline.tasks' AND e.entity = '' AND e.type = 'clock.ticked'
       AND e.at <= fromUnixTimestamp64Milli({at:Int64}) HAVING count() > 0`,
    { at },
  )
  const [last] = rows
  return last === undefined ? null : tickOf(last.tick)
}
