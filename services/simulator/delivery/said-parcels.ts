import type { KeyObject } from 'node:crypto'
import type { Centre } from '../model/centre.ts'
import type { SaidEvent } from '../model/happening.ts'
import { toConversationForm } from '../wire/conversation-form.ts'
import type { Form } from '../wire/form.ts'
import { toFormBody } from '../wire/callback.ts'
import { toMailBody } from '../wire/mail-event.ts'
import { toMessagingForm } from '../wire/messaging-form.ts'
import { toOperatorResults } from '../wire/operator-results.ts'
import { toProfileCall } from '../wire/profile-call.ts'
import { signForm, signJson, signMail, signProfileCall } from '../wire/signature.ts'
import { toVoiceForm } from '../wire/voice-form.ts'
import { addressOf, type Destination } from './parcels.ts'
import type { Parcel } from './sender.ts'

export type MailEvent = Extract<SaidEvent, { source: 'sendgrid' }>
export type WebhookEvent = Extract<SaidEvent, { source: 'voice' | 'conversations' | 'messaging' }>
export type ProfileEvent = Extract<SaidEvent, { source: 'segment' }>
export type JudgedEvent = Extract<SaidEvent, { source: 'intelligence' }>

/** A callback of Voice, Conversations or Messaging: a form, signed with all its parameters. */
export function webhookParcel(
  event: WebhookEvent,
  centre: Centre,
  { target, authToken }: Destination,
): Parcel {
  const url = addressOf(target, `/twilio/${event.source}`)
  const form = formOf(event, centre)
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

/** What Conversational Intelligence has found. */
export function judgementParcel(
  event: JudgedEvent,
  centre: Centre,
  { target, authToken }: Destination,
): Parcel {
  const body = JSON.stringify(toOperatorResults(event, centre))
  const { url, signature } = signJson(authToken, addressOf(target, '/twilio/intelligence'), body)
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
    sids: [event.sid],
  }
}

/** A call of Segment's, or a batch of them: of a batch the first alone is signed. */
export function profileParcel(
  events: readonly ProfileEvent[],
  { target, segmentSecret }: Destination,
): Parcel {
  const calls = events.map((event) => JSON.stringify(toProfileCall(event)))
  const secret = needed(segmentSecret, 'segment', 'a shared secret')
  return {
    post: {
      url: addressOf(target, '/segment'),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Segment.io/1.0',
        'x-signature': signProfileCall(secret, calls[0] ?? ''),
      },
      body: calls.length === 1 ? (calls[0] ?? '') : `[${calls.join(',')}]`,
    },
    sids: events.map(({ sid }) => sid),
  }
}

/** SendGrid collects what it has to tell. */
export function mailParcel(
  events: readonly MailEvent[],
  { target, sendGridKey }: Destination,
): Parcel {
  const body = toMailBody(events)
  const timestamp = String(Math.floor((events.at(-1)?.at ?? 0) / 1000))
  const key = needed(sendGridKey, 'sendgrid', 'a private key')
  return {
    post: {
      url: addressOf(target, '/sendgrid/events'),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'SendGrid Event API',
        'x-twilio-email-event-webhook-signature': signMail(key, timestamp, body),
        'x-twilio-email-event-webhook-timestamp': timestamp,
      },
      body,
    },
    sids: events.map(({ sid }) => sid),
  }
}

/** Whether everything is there that the sources need to sign with. */
export function checkSecrets(
  sources: readonly SaidEvent['source'][],
  { sendGridKey, segmentSecret }: SignedWith,
): void {
  if (sources.includes('sendgrid')) needed(sendGridKey, 'sendgrid', 'a private key')
  if (sources.includes('segment')) needed(segmentSecret, 'segment', 'a shared secret')
}

export interface SignedWith {
  /** SendGrid's half of the key; the hub knows the public one. */
  readonly sendGridKey?: KeyObject
  readonly segmentSecret?: string
}

function needed<T>(secret: T | undefined, source: string, what: string): T {
  if (secret === undefined) throw new Error(`the source ${source} needs ${what} to sign with`)
  return secret
}

function formOf(event: WebhookEvent, centre: Centre): Form {
  switch (event.source) {
    case 'voice':
      return toVoiceForm(event, event.at, centre)
    case 'conversations':
      return toConversationForm(event, event.at, centre)
    case 'messaging':
      return toMessagingForm(event, centre)
  }
}
