import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { isStreamed } from '../services/simulator/wire/cloud-event.ts'
import { appendsOf, type RequestAppend } from './appends.ts'
import { asBatches, asCallbacks, createTraffic } from './traffic.ts'

/** Requests that are sent and timed together. */
export interface Wave {
  readonly name: string
  readonly parcels: readonly Parcel[]
  readonly appends: readonly RequestAppend[]
  readonly connections: number
}

export interface Waves {
  readonly warmUp: Wave
  readonly timed: readonly Wave[]
  /** What the hub's clock shows at its start. */
  readonly endAt: number
}

const batchSize = 100
const batchConnections = 8
const callbackConnections = 16
const warmUpBatches = 10
const warmUpCallbacks = 500

/** So many events by batches and two fifths as many by callbacks, made and signed before any clock starts. */
export function createWaves(eventsByBatches: number): Waves {
  const eventsByCallbacks = Math.ceil(eventsByBatches * 0.4)
  const warmUpEvents = warmUpBatches * batchSize + warmUpCallbacks
  const { centre, setUp, events, endAt } = createTraffic(
    warmUpEvents + eventsByBatches + eventsByCallbacks,
  )
  let taken = 0
  const take = (count: number) => events.slice(taken, (taken += count))
  const callbacks = (count: number) => asCallbacks(take(count), centre)
  const batches = (count: number) => {
    const streamed = take(count).filter(({ type }) => isStreamed(type))
    return asBatches(streamed, centre, batchSize)
  }
  const waveOf = (name: string, parcels: readonly Parcel[], connections: number): Wave => ({
    ...{ name, parcels, connections },
    appends: appendsOf(parcels, endAt),
  })
  // The centre is made known first, and the hub does everything once before it is timed.
  const warmUp = [
    ...asCallbacks(setUp, centre),
    ...callbacks(warmUpCallbacks),
    ...batches(warmUpBatches * batchSize),
  ]
  return {
    warmUp: waveOf('warm-up', warmUp, batchConnections),
    timed: [
      waveOf(`by batches of ${batchSize}`, batches(eventsByBatches), batchConnections),
      waveOf('by callbacks', callbacks(eventsByCallbacks), callbackConnections),
    ],
    endAt,
  }
}
