import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { isOfTaskRouter, type Happening, type SaidEvent } from '../model/happening.ts'
import { isStreamed } from '../wire/cloud-event.ts'
import { isStreamedSaying, type StreamedEvent } from '../wire/said-cloud-event.ts'
import { callbackParcel, streamParcel, type Destination } from './parcels.ts'
import {
  judgementParcel,
  mailParcel,
  profileParcel,
  webhookParcel,
  type MailEvent,
  type ProfileEvent,
} from './said-parcels.ts'
import type { Parcel, Sender } from './sender.ts'

/** By which of Twilio's roads events travel. */
export type Road = 'callback' | 'stream' | 'both'

/** Packs events into requests. What Event Streams does not offer goes by its webhook, whatever the road. */
export interface Carrier {
  carry(happening: Happening): Promise<void>
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
  const stream = createBatch<SimulatedEvent | StreamedEvent>(sender, batchSize, (events) =>
    streamParcel(events, centre, destination),
  )
  const mails = createBatch<MailEvent>(sender, collectedMax, (events) =>
    mailParcel(events, destination),
  )
  const profiles = createBatch<ProfileEvent>(sender, collectedMax, (events) =>
    profileParcel(events, destination),
  )

  async function carrySaid(event: SaidEvent): Promise<void> {
    switch (event.source) {
      case 'voice':
      case 'conversations':
      case 'messaging': {
        const streams = isStreamedSaying(event) && (road !== 'callback' || travelsTwice(event))
        const calls = !streams || road === 'both' || travelsTwice(event)
        if (calls) await sender.send(webhookParcel(event, centre, destination))
        if (streams) await stream.add(event)
        return
      }
      case 'insights':
      case 'studio':
      case 'error-logs':
        await stream.add(event)
        return
      case 'intelligence':
        await sender.send(judgementParcel(event, centre, destination))
        return
      case 'segment':
        await profiles.add(event)
        return
      case 'sendgrid':
        await mails.add(event)
    }
  }

  return {
    async flush() {
      for (const batch of [stream, mails, profiles]) await batch.flush()
    },
    async carry(happening) {
      if (!isOfTaskRouter(happening)) {
        await carrySaid(happening)
        return
      }
      const streams = road !== 'callback' && isStreamed(happening.type)
      if (!streams || road === 'both') {
        await sender.send(callbackParcel(happening, centre, destination))
      }
      if (streams) await stream.add(happening)
    },
  }
}

interface Batch<Event> {
  add(event: Event): Promise<void>
  flush(): Promise<void>
}

/** Collects events until there are enough for a request. */
function createBatch<Event>(
  sender: Sender,
  eventsMax: number,
  pack: (events: readonly Event[]) => Parcel,
): Batch<Event> {
  let waiting: Event[] = []

  async function flush(): Promise<void> {
    if (waiting.length === 0) return
    const full = waiting
    waiting = []
    await sender.send(pack(full))
  }

  return {
    flush,
    async add(event) {
      waiting.push(event)
      if (waiting.length >= eventsMax) await flush()
    },
  }
}

/** SendGrid and Segment collect what they have to tell. */
const collectedMax = 20

/**
 * Many deployments have set up both roads: a share of what is said comes by both. Not a text outside of conversations: its
 * callback bears no time, so that the two would be of different times.
 */
function travelsTwice({ source, sid }: SaidEvent): boolean {
  return source !== 'messaging' && sid.endsWith('0')
}
