import { z } from 'zod'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf } from '../log/topics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * Tells which of these events the ledger has, under each entity that they concern. What arrived just now may not be in
 * the table yet: then it is appended twice, which is once.
 */
export type FindKnown = (events: readonly LedgerEvent[]) => Promise<ReadonlySet<string>>

export function createFindKnown(warehouse: Warehouse): FindKnown {
  return async (events) => {
    const known = new Set<string>()
    for (let start = 0; start < events.length; start += askedMax) {
      const some = events.slice(start, start + askedMax)
      const stored = await placesOf(warehouse, some)
      for (const event of some) {
        const places = placementsOf(event)
        if (places.every((place) => stored.has(nameOf(place.topic, place.key, event.id)))) {
          known.add(event.id)
        }
      }
    }
    return known
  }
}

/** The question goes out in an address, which may not grow without end. */
const askedMax = 200
/** Another road may have told another time of the same event. */
const aroundMs = 3_600_000

const rowsSchema = z.array(z.object({ topic: z.string(), entity: z.string(), id: z.string() }))

async function placesOf(
  warehouse: Warehouse,
  events: readonly LedgerEvent[],
): Promise<ReadonlySet<string>> {
  const times = events.map(({ at }) => at)
  const places = events.flatMap((event) => placementsOf(event))
  const rows = await warehouse.query(
    `SELECT DISTINCT topic, entity, id FROM events
     WHERE topic IN {topics:Array(String)} AND entity IN {entities:Array(String)}
       AND id IN {ids:Array(String)}
       AND at BETWEEN fromUnixTimestamp64Milli({from:Int64}) AND fromUnixTimestamp64Milli({to:Int64})`,
    {
      topics: [...new Set(places.map(({ topic }) => topic))],
      entities: [...new Set(places.map(({ key }) => key))],
      ids: events.map(({ id }) => id),
      from: Math.min(...times) - aroundMs,
      to: Math.max(...times) + aroundMs,
    },
  )
  return new Set(rowsSchema.parse(rows).map(({ topic, entity, id }) => nameOf(topic, entity, id)))
}

function nameOf(topic: string, entity: string, id: string): string {
  return `${topic}\0${entity}\0${id}`
}
