import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

/**
 * Who may read the API. With tokens: whoever shows one, in the header or, as an EventSource cannot set headers, in the
 * query. Without: only callers on this machine.
 */
export function createReadAccess(
  apiTokens: readonly string[],
): (request: FastifyRequest) => boolean {
  const hashes = apiTokens.map(hashOf)
  return (request) => {
    if (hashes.length === 0) return isFromHere(request)
    const given = bearerOf(request.headers.authorization) ?? queryTokenOf(request)
    return given !== null && isAmong(hashes, given)
  }
}

/** All are compared, and hashes of one length, so that the time tells nothing about any. */
function isAmong(hashes: readonly Buffer[], token: string): boolean {
  const given = hashOf(token)
  return hashes.filter((hash) => timingSafeEqual(hash, given)).length > 0
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function bearerOf(header: string | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? null
}

function queryTokenOf(request: FastifyRequest): string | null {
  const { search } = new URL(request.raw.url ?? '/', 'http://here')
  return new URLSearchParams(search).get('access_token')
}

/** Not through a proxy on this machine, and not from a web page that has made its own name point here. */
function isFromHere({ headers, socket }: FastifyRequest): boolean {
  const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers
  return (
    isLoopbackAddress(socket.remoteAddress ?? '') && isOwnName(headers.host ?? '') && !isForwarded
  )
}

function isLoopbackAddress(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address)
}

function isOwnName(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/.test(host)
}
