import { parse, type ParsedUrlQuery } from 'node:querystring'
import type { FastifyRequest } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Received } from './ingest.ts'
import { isLoopbackHost } from '../runtime/caller.ts'
import { readMultipart } from './multipart.ts'

/** A request as it came, before anybody has judged it. */
export function receivedOf(request: FastifyRequest, source: string, receivedAt: Instant): Received {
  return {
    source,
    receivedAt,
    contentType: request.headers['content-type'] ?? null,
    path: pathOf(request),
    headers: headersOf(request),
    body: bodyOf(request),
  }
}

export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}

/** The first value of each header. */
export function headersOf(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined) headers[name] = first
  }
  return headers
}

/**
 * The fields of a form, each a text or, where it comes more than once, all of them; of a form in parts, the first of each
 * and what its files are. Null for another body.
 */
export function formOf(contentType: string | null, body: Uint8Array): Promise<Form | null> {
  if (isUrlencoded(contentType)) return Promise.resolve(urlencodedFields(body))
  if (!/^multipart\/form-data\b/i.test(contentType ?? '')) return Promise.resolve(null)
  return readMultipart(contentType ?? '', body)
}

export type Form = Readonly<Record<string, unknown>>

export function isUrlencoded(contentType: string | null): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')
}

export function urlencodedFields(body: Uint8Array): ParsedUrlQuery {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  return parse(text, '&', '=', { maxKeys: fieldsMax })
}

const fieldsMax = 1000

/**
 * The address that Twilio has signed. Behind a proxy only the setting tells it; without one, only a caller on this
 * machine asks for the address that it has reached. Null where it cannot be known.
 */
export function signedUrlOf(request: FastifyRequest, publicUrl: string | null): string | null {
  const target = request.raw.url ?? ''
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, '') + target
  const host = request.headers.host ?? ''
  return isLoopbackHost(host) ? `http://${host}${target}` : null
}

function pathOf(request: FastifyRequest): string {
  const [path = ''] = request.url.split('?')
  return path
}
