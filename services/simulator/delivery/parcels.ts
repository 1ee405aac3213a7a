import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { isOfTaskRouter } from '../model/happening.ts'
import { toCallback, toFormBody } from '../wire/callback.ts'
import { toCloudEvent } from '../wire/cloud-event.ts'
import { toSaidCloudEvent, type StreamedEvent } from '../wire/said-cloud-event.ts'
import { signForm, signJson } from '../wire/signature.ts'
import type { SignedWith } from './said-parcels.ts'
import type { Parcel } from './sender.ts'

/** Where the hub is, and the secrets that it knows Twilio and the others by. */
export interface Destination extends SignedWith {
  /** The hub's public address, as it is set up at Twilio: the signature covers it. */
  readonly target: string
  readonly authToken: string
}

/** One event as TaskRouter's callback. */
export function callbackParcel(
  event: SimulatedEvent,
  centre: Centre,
  { target, authToken }: Destination,
): Parcel {
  const url = addressOf(target, '/twilio/taskrouter')
  const form = toCallback(event, centre)
  return {
    post: {
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': signForm(authToken, url, form),
      },
      body: toFormBody(form),
    },
    sids: [event.sid],
  }
}

/** A batch of events as Event Streams sends it: an array, also of one. */
export function streamParcel(
  events: readonly (SimulatedEvent | StreamedEvent)[],
  centre: Centre,
  { target, authToken }: Destination,
): Parcel {
  const body = JSON.stringify(
    events.map((event) =>
      isOfTaskRouter(event) ? toCloudEvent(event, centre) : toSaidCloudEvent(event, centre),
    ),
  )
  const { url, signature } = signJson(authToken, addressOf(target, '/twilio/event-streams'), body)
  return {
    post: {
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': signature,
      },
      body,
    },
    sids: events.map(({ sid }) => sid),
  }
}

export function addressOf(target: string, path: string): string {
  return `${target.replace(/\/+$/, '')}${path}`
}
