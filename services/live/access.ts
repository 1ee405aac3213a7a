import type { FastifyRequest } from 'fastify'
import { bearerOf, createTokenCheck, isFromHere } from '../runtime/caller.ts'

/**
 * Who may read the API. With tokens: whoever shows one, in the header or, as an EventSource cannot set headers, in the
 * query. Without: only callers on this machine.
 */
export function createReadAccess(
  apiTokens: readonly string[],
): (request: FastifyRequest) => boolean {
  const isToken = createTokenCheck(apiTokens)
  return (request) => {
    const { headers, socket } = request
    if (apiTokens.length === 0) return isFromHere(headers, socket.remoteAddress ?? '')
    return isToken(tokenOf(request))
  }
}

/**
 * Without tokens a browser on this machine is as good as its user, and any page that it shows can make it send a POST, or
 * open a WebSocket and read from it. Browsers say whose page it was.
 */
export function isFromAnotherSite({ headers: { origin, host = '' } }: FastifyRequest): boolean {
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`
}

/** The token that a request shows, whether or not it is one. */
export function tokenOf(request: FastifyRequest): string | null {
  return bearerOf(request.headers.authorization) ?? queryTokenOf(request)
}

function queryTokenOf(request: FastifyRequest): string | null {
  const { search } = new URL(request.raw.url ?? '/', 'http://here')
  return new URLSearchParams(search).get('access_token')
}
