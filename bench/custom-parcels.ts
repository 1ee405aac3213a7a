import type { LedgerEvent } from '../schemas/events/ledger-event.ts'
import { customEventDataFields } from '../schemas/inbound/custom-event-fields.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import type { SenderSecrets } from './source-secrets.ts'

/** One event as a custom channel sends it: a CloudEvent in structured mode. */
export function customParcel(event: LedgerEvent, secrets: SenderSecrets): Parcel {
  return parcelOf('application/cloudevents+json', cloudEvent(event), [event], secrets)
}

/** So many events in one request, as the client of custom channels sends them. */
export function customBatchParcel(events: readonly LedgerEvent[], secrets: SenderSecrets): Parcel {
  const batch = events.map(cloudEvent)
  return parcelOf('application/cloudevents-batch+json', batch, events, secrets)
}

function parcelOf(
  contentType: string,
  content: object,
  events: readonly LedgerEvent[],
  { target, apiToken }: SenderSecrets,
): Parcel {
  return {
    post: {
      url: `${target}/events`,
      headers: { 'content-type': contentType, authorization: `Bearer ${apiToken}` },
      body: JSON.stringify(content),
    },
    sids: events.map(({ id }) => id),
  }
}

/** What the event says, in the words that a channel has for it. */
function cloudEvent(event: LedgerEvent): object {
  return {
    specversion: '1.0',
    id: event.id,
    source: '/pbx/lobby',
    type: event.type,
    time: new Date(event.at).toISOString(),
    data: dataOf(event),
  }
}

function dataOf(event: LedgerEvent): object {
  const fields = new Map<string, unknown>(Object.entries(event))
  return Object.fromEntries(
    Object.keys(customEventDataFields).flatMap((name) => {
      const value = fields.get(
        name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      )
      if (value === null || value === undefined || value === '') return []
      const isMoment = name === 'requested_at' && typeof value === 'number'
      return [[name, isMoment ? new Date(value).toISOString() : value]]
    }),
  )
}
