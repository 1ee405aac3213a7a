import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../services/runtime/package-root.ts'
import type { Destination } from '../services/simulator/delivery/parcels.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { signForm, signMail } from '../services/simulator/wire/signature.ts'

/** Forms of one of Twilio's products that were recorded, signed as Twilio signs them. */
export function recordedForms(
  folder: string,
  path: string,
  { target, authToken }: Destination,
): readonly Parcel[] {
  const url = `${target}${path}`
  return bodiesIn(folder, '.form').map((body, index) => ({
    post: {
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': signForm(
          authToken,
          url,
          Object.fromEntries(new URLSearchParams(body)),
        ),
      },
      body,
    },
    sids: [`${folder}/${index}`],
  }))
}

/** Mails that Inbound Parse has posted, signed as SendGrid signs them. */
export function recordedMails({ target, sendGridKey }: Destination): readonly Parcel[] {
  if (sendGridKey === undefined) throw new Error('mails cannot be signed without a key')
  const timestamp = '1773169205'
  return bodiesIn('sendgrid-inbound', '.multipart').map((body, index) => ({
    post: {
      url: `${target}/sendgrid/inbound`,
      headers: {
        'content-type': 'multipart/form-data; boundary=xYzZYfa4e',
        'x-twilio-email-event-webhook-signature': signMail(sendGridKey, timestamp, body),
        'x-twilio-email-event-webhook-timestamp': timestamp,
      },
      body,
    },
    sids: [`sendgrid-inbound/${index}`],
  }))
}

function bodiesIn(folder: string, ending: string): readonly string[] {
  const path = join(packageRoot, 'test', 'fixtures', 'twilio', folder)
  return readdirSync(path)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(path, name), 'utf8'))
}
