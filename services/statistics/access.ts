import type { FastifyRequest } from 'fastify'
import { bearerOf, createTokenCheck, isFromHere, passwordOf } from '../runtime/caller.ts'

/**
 * Who may read the statistics: as everywhere, whoever shows an API token, and callers on this machine where there is none.
 * Twilio's clients send the secret of an API key as the password of Basic authentication, so the token may stand there.
 */
export function createKeyAccess(
  apiTokens: readonly string[],
): (request: FastifyRequest) => boolean {
  const isToken = createTokenCheck(apiTokens)
  return ({ headers, socket }) => {
    if (apiTokens.length === 0) return isFromHere(headers, socket.remoteAddress ?? '')
    const { authorization } = headers
    return isToken(passwordOf(authorization) ?? bearerOf(authorization))
  }
}
