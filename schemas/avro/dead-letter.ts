import type { Instant } from '../events/instant.ts'
import { CodecError } from './codec-error.ts'
import { createCodec } from './framing.ts'

/** What could not be understood, as it came, so that it can be understood later. */
export interface DeadLetter {
  readonly id: string
  /** Where it came from: the source of a webhook, or the projection that could not read a record. */
  readonly source: string
  readonly receivedAt: Instant
  /** Why, as one of a few words that can be counted. */
  readonly reason: string
  /** Why, for a person. Never a part of the body. */
  readonly detail: string
  readonly contentType: string | null
  /** The path of the request, without its query, which may hold a secret. */
  readonly path: string | null
  readonly body: Uint8Array
  /** Only harmless ones are kept: see `isHarmlessHeader`. */
  readonly headers: Readonly<Record<string, string>>
}

const codec = createCodec('ledgerline.DeadLetter')

/** Drops every header that is not known to be harmless. Throws `CodecError`. */
export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const headers = Object.entries(letter.headers).filter(([name]) => isHarmlessHeader(name))
  return codec.encode({
    ...letter,
    body: Buffer.from(letter.body.buffer, letter.body.byteOffset, letter.body.byteLength),
    headers: Object.fromEntries(headers),
  })
}

/** Throws `CodecError`, as `decodeEvent` does. */
export function decodeDeadLetter(bytes: Uint8Array): DeadLetter {
  const letter = codec.decode(bytes)
  if (!isDeadLetter(letter)) throw new CodecError('RECORD_BROKEN', 'the record is no dead letter')
  return letter
}

const harmlessHeaders = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'user-agent',
  'date',
  'i-twilio-idempotency-token',
  'x-request-id',
  'ce-id',
  'ce-type',
  'ce-source',
  'ce-specversion',
  'ce-time',
])

/**
 * A log is kept for ever and read by many, so a header is kept only if it is known to hold no secret, address or name.
 * Those that begin with `ledgerline-` are ours: topic, partition and offset of a record that could not be read.
 */
export function isHarmlessHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return harmlessHeaders.has(lower) || lower.startsWith('ledgerline-')
}

function isDeadLetter(value: unknown): value is DeadLetter {
  return typeof value === 'object' && value !== null && 'body' in value
}
