import type { ParsedUrlQuery } from 'node:querystring'
import type { LedgerEvent } from '../schemas/events/ledger-event.ts'
import { createAccess } from '../services/ingest/access.ts'
import { structuredBody } from '../services/ingest/cloud-event-binding.ts'
import { formOf, isUrlencoded, urlencodedFields } from '../services/ingest/received-request.ts'
import { addEvent, type RecordsByTopic } from '../services/ingest/records.ts'
import { isSignedBySegment } from '../services/ingest/segment-signature.ts'
import { isSignedBySendGrid } from '../services/ingest/sendgrid-signature.ts'
import { signerOf } from '../services/ingest/signature.ts'
import { sources, type Source } from '../services/ingest/sources.ts'
import { readCustomEvents } from '../services/ingest/sources/custom-events.ts'
import type { Judged } from '../services/ingest/verdict.ts'
import type { Post } from '../services/simulator/delivery/post.ts'
import { sampleReceivedAt } from './source-sample.ts'
import type { SenderSecrets } from './source-secrets.ts'

/** A request as the server hands it on: all its bytes are there, and nobody has looked at them. */
export interface ReceivedPost {
  readonly url: string
  /** Null: a custom channel, which no list of sources names. */
  readonly source: Source | null
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export function received({ url, headers, body }: Post): ReceivedPost {
  const { pathname } = new URL(url)
  const source = sources.find(({ path }) => path === pathname) ?? null
  return { url, source, headers, body: Buffer.from(body) }
}

/** The way of a request through ingest, step by step as its routes take it, but for the server before and the log behind. */
export interface SourceRoad {
  /** Who sent it; throws if nobody did who is known. */
  prove(post: ReceivedPost, form: ParsedUrlQuery | null): void
  /** Everything up to its events; throws if any of it is refused. */
  read(post: ReceivedPost): Promise<readonly LedgerEvent[]>
  /** Everything up to the records that would be appended. */
  records(post: ReceivedPost): Promise<RecordsByTopic>
}

/** Of an embedded log, unless it is told otherwise. */
const partitions = 4
const clockSkewMaxMs = 300_000
const batchMax = 1_000

export function createRoad(secrets: SenderSecrets): SourceRoad {
  const { authToken, sendGridPublicKey, segmentSecret, apiToken } = secrets
  const tokens = [{ token: authToken, account: null }]
  const isAllowed = createAccess({ apiTokens: [apiToken], standardWebhookSecrets: [] })

  function isProven(post: ReceivedPost, form: ParsedUrlQuery | null): boolean {
    const { url, source, headers, body } = post
    switch (source?.signedBy) {
      case undefined:
        return isAllowed({ headers, body, remoteAddress: '192.0.2.1' })
      case 'twilio': {
        const signature = headers['x-twilio-signature'] ?? ''
        return signerOf({ url, signature, body, form }, tokens) !== null
      }
      case 'sendgrid':
      case 'sendgrid-inbound':
        return isSignedBySendGrid(body, headers, [sendGridPublicKey])
      case 'segment':
        return isSignedBySegment(body, headers['x-signature'] ?? '', [segmentSecret])
    }
  }

  function prove(post: ReceivedPost, form: ParsedUrlQuery | null): void {
    if (!isProven(post, form)) throw new Error(`nobody has signed ${post.url}`)
  }

  async function judge(post: ReceivedPost): Promise<readonly Judged[]> {
    const { source, headers, body } = post
    const contentType = headers['content-type'] ?? null
    if (source === null) {
      prove(post, null)
      return judgeCustom(headers, body)
    }
    const form = isUrlencoded(contentType) ? urlencodedFields(body) : null
    prove(post, form)
    const fields = form ?? (await formOf(contentType, body))
    return source.read({ body, fields, receivedAt: sampleReceivedAt, clockSkewMaxMs }).judged
  }

  async function read(post: ReceivedPost): Promise<readonly LedgerEvent[]> {
    const events: LedgerEvent[] = []
    for (const { verdict } of await judge(post)) {
      if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
      if (verdict.kind === 'unknown') events.push(verdict.event)
      else events.push(...verdict.events)
    }
    return events
  }

  async function records(post: ReceivedPost): Promise<RecordsByTopic> {
    const found: RecordsByTopic = new Map()
    for (const event of await read(post)) {
      const reason = addEvent(found, event, () => partitions)
      if (reason !== null) throw new Error(`not for the ledger: ${reason.detail}`)
    }
    return found
  }

  return { prove, read, records }
}

function judgeCustom(headers: Readonly<Record<string, string>>, body: Buffer): readonly Judged[] {
  const structured = structuredBody(headers, body)
  if (structured === null) throw new Error('no custom channel may send this type of content')
  const rules = { receivedAt: sampleReceivedAt, clockSkewMaxMs, batchMax }
  const { judged, faults } = readCustomEvents(structured, rules)
  const [fault] = faults
  if (fault !== undefined) throw new Error(`refused: ${fault.pointer} ${fault.detail}`)
  return judged
}
