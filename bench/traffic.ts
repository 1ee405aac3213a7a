import { createCentre } from '../services/simulator/model/create-centre.ts'
import type { Centre } from '../services/simulator/model/centre.ts'
import type { SimulatedEvent } from '../services/simulator/model/event.ts'
import { openSimulation } from '../services/simulator/model/simulation.ts'
import { callbackParcel, streamParcel } from '../services/simulator/delivery/parcels.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { authToken, publicUrl } from './hub.ts'

/** What a busy centre sends for a while, in the order in which it happens. */
export interface Traffic {
  readonly centre: Centre
  /** Definitions and workers, which are there before the first contact. */
  readonly setUp: readonly SimulatedEvent[]
  readonly events: readonly SimulatedEvent[]
  /** When the last of it happened: what a hub's clock shows when it arrives. */
  readonly endAt: number
}

/** A fixed day, so that every run sends the same. */
const startAt = Date.UTC(2026, 2, 10, 14)
const hourMs = 3_600_000
const setUpMs = 1_000

/** So many events of two hundred agents who are busy at any hour, about 280 a minute. */
export function createTraffic(eventsCount: number): Traffic {
  const centre = createCentre({ seed: 'bench', agents: 200, queues: 10, hours: 'always' })
  const endAt = startAt + 48 * hourMs
  const simulation = openSimulation({ centre, seed: 'bench', startAt, endAt, keepTruth: false })
  const setUp: SimulatedEvent[] = []
  const events: SimulatedEvent[] = []
  for (const event of simulation.events) {
    if (event.at < startAt + setUpMs) setUp.push(event)
    else events.push(event)
    if (events.length === eventsCount) break
  }
  return { centre, setUp, events, endAt: events.at(-1)?.at ?? startAt }
}

const destination = { target: publicUrl, authToken }

/** Signed requests of one event each, as TaskRouter's callbacks. */
export function asCallbacks(events: readonly SimulatedEvent[], centre: Centre): readonly Parcel[] {
  return events.map((event) => callbackParcel(event, centre, destination))
}

/** Signed requests of so many events each, as Event Streams sends them. */
export function asBatches(
  events: readonly SimulatedEvent[],
  centre: Centre,
  batchSize: number,
): readonly Parcel[] {
  return Array.from({ length: Math.ceil(events.length / batchSize) }, (_, index) =>
    streamParcel(events.slice(index * batchSize, (index + 1) * batchSize), centre, destination),
  )
}
