import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Judged } from '../../services/ingest/verdict.ts'
import { formOf } from '../../services/ingest/received-request.ts'
import { sources, type Source } from '../../services/ingest/sources.ts'
import { formType, type Sending } from './source-sender.ts'

const folder = join(import.meta.dirname, '../fixtures/twilio')

/** Every source, and where what it sends was recorded. */
const folders: Readonly<Record<string, string>> = {
  'twilio-taskrouter': 'taskrouter-callbacks',
  'twilio-event-streams': 'event-streams',
  'twilio-conversations': 'conversations-webhooks',
  'twilio-voice': 'voice-callbacks',
  'twilio-messaging': 'messaging-callbacks',
  'twilio-video': 'video-callbacks',
  'twilio-intelligence': 'intelligence',
  'twilio-assistants': 'assistants',
  sendgrid: 'sendgrid',
  'sendgrid-inbound': 'sendgrid-inbound',
  segment: 'segment',
}

export interface Recorded extends Sending {
  /** Below the fixtures. */
  readonly path: string
}

export function recordedBy(source: Source): readonly Recorded[] {
  const ofSource = folders[source.name]
  if (ofSource === undefined) throw new Error(`nothing was recorded of ${source.name}`)
  return readdirSync(join(folder, ofSource), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
    .map(recorded)
}

export function recorded(path: string): Recorded {
  return { path, body: readFileSync(join(folder, path)), contentType: contentTypeOf(path) }
}

function contentTypeOf(path: string): string {
  if (path.endsWith('.form')) return `${formType}; charset=utf-8`
  return path.endsWith('.multipart')
    ? 'multipart/form-data; boundary=xYzZYfa4e'
    : 'application/json'
}

export function sourceNamed(name: string): Source {
  const source = sources.find((each) => each.name === name)
  if (source === undefined) throw new Error(`no source is called ${name}`)
  return source
}

/** What the source makes of a body, as its route would have it. */
export async function read(
  name: string,
  { body, contentType }: Sending,
  receivedAt: number,
  clockSkewMaxMs = 300_000,
): Promise<readonly Judged[]> {
  const fields = await formOf(contentType, body)
  return sourceNamed(name).read({ body, fields, receivedAt, clockSkewMaxMs }).judged
}

/** The events in a body, whether understood or kept; throws if any of it is refused. */
export async function eventsIn(
  name: string,
  sending: Sending,
  receivedAt: number,
): Promise<readonly LedgerEvent[]> {
  const judged = await read(name, sending, receivedAt)
  return judged.flatMap(({ verdict }) => {
    if (verdict.kind === 'refused')
      throw new Error(`${verdict.reason.code}: ${verdict.reason.detail}`)
    return verdict.kind === 'understood' ? verdict.events : [verdict.event]
  })
}

/** The fields of a recorded form. */
export function formFields(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(recorded(path).body.toString('utf8')))
}

/** A form as it is sent. */
export function formOfFields(fields: Readonly<Record<string, string>>): Sending {
  return { body: Buffer.from(new URLSearchParams(fields).toString()), contentType: formType }
}

export function jsonSending(value: unknown): Sending {
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' }
}
