import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { isStreamed } from '../wire/cloud-event.ts'
import { callbackParcel, streamParcel, type Destination } from './parcels.ts'
import type { Sender } from './sender.ts'

/** By which of TaskRouter's roads events travel. */
export type Road = 'callback' | 'stream' | 'both'

/** Packs events into requests. What Event Streams does not offer goes by callback, whatever the road. */
export interface Carrier {
  carry(event: SimulatedEvent): Promise<void>
  /** Sends what waits for its batch to fill. */
  flush(): Promise<void>
}

export interface CarrierOptions {
  readonly road: Road
  readonly batchSize: number
  readonly centre: Centre
  readonly destination: Destination
  readonly sender: Sender
}

export function createCarrier(options: CarrierOptions): Carrier {
  const { road, batchSize, centre, destination, sender } = options
  let batch: SimulatedEvent[] = []

  async function flush(): Promise<void> {
    if (batch.length === 0) return
    const full = batch
    batch = []
    await sender.send(streamParcel(full, centre, destination))
  }

  return {
    flush,
    async carry(event) {
      const streams = road !== 'callback' && isStreamed(event.type)
      if (!streams || road === 'both') await sender.send(callbackParcel(event, centre, destination))
      if (!streams) return
      batch.push(event)
      if (batch.length >= batchSize) await flush()
    },
  }
}
