import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { isOfTaskRouter, type Happening, type SaidEvent } from '../model/happening.ts'
import { isStreamed } from '../wire/cloud-event.ts'
import { isStreamedSaying, type StreamedEvent } from '../wire/said-cloud-event.ts'
import { callbackParcel, streamParcel, type Destination } from './parcels.ts'
import { jsonParcel, mailParcel, webhookParcel, type MailEvent } from './said-parcels.ts'
import type { Sender } from './sender.ts'

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
  let batch: (SimulatedEvent | StreamedEvent)[] = []
  let mails: MailEvent[] = []

  async function flush(): Promise<void> {
    const [full, told] = [batch, mails]
    batch = []
    mails = []
    if (full.length > 0) await sender.send(streamParcel(full, centre, destination))
    if (told.length > 0) await sender.send(mailParcel(told, destination))
  }

  async function stream(event: SimulatedEvent | StreamedEvent): Promise<void> {
    batch.push(event)
    if (batch.length >= batchSize) await flush()
  }

  async function carrySaid(event: SaidEvent): Promise<void> {
    switch (event.source) {
      case 'voice':
      case 'conversations':
      case 'messaging': {
        const streams = isStreamedSaying(event) && (road !== 'callback' || travelsTwice(event))
        const calls = !streams || road === 'both' || travelsTwice(event)
        if (calls) await sender.send(webhookParcel(event, centre, destination))
        if (streams) await stream(event)
        return
      }
      case 'insights':
      case 'studio':
      case 'error-logs':
        await stream(event)
        return
      case 'segment':
      case 'intelligence':
        await sender.send(jsonParcel(event, centre, destination))
        return
      case 'sendgrid':
        mails.push(event)
        if (mails.length >= mailsAtOnce) await flush()
    }
  }

  return {
    flush,
    async carry(happening) {
      if (!isOfTaskRouter(happening)) {
        await carrySaid(happening)
        return
      }
      const streams = road !== 'callback' && isStreamed(happening.type)
      if (!streams || road === 'both') {
        await sender.send(callbackParcel(happening, centre, destination))
      }
      if (streams) await stream(happening)
    },
  }
}

const mailsAtOnce = 20

/**
 * Many deployments have set up both roads: a share of what is said comes by both. Not a text outside of conversations: its
 * callback bears no time, so that the two would be of different times.
 */
function travelsTwice({ source, sid }: SaidEvent): boolean {
  return source !== 'messaging' && sid.endsWith('0')
}
