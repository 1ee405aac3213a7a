import type { FastifyReply, FastifyRequest } from 'fastify'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import type { IngestMetrics } from './ingest-metrics.ts'
import { sendProblem } from './problem.ts'
import { customEventsSource } from './sources/custom-events.ts'
import { sources } from './sources.ts'

/**
 * Answers what went wrong outside of the data. No message of an error is logged or sent: those of parsers quote what
 * they could not read.
 */
export function createErrorAnswer(logger: Logger, metrics: IngestMetrics) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = statusOf(error)
    const source = namesByPath.get(request.routeOptions.url ?? '') ?? customEventsSource
    metrics.ingestRejections.inc({ source, status: String(status) })
    if (status >= 500) logger.error({ source, status, code: codeOf(error) }, 'request not stored')
    const retryAfter = retryAfterSeconds.get(status)
    if (retryAfter !== undefined && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', retryAfter)
    }
    // Who sends webhooks reads the status alone; who calls the API is told more.
    if (source !== customEventsSource) return reply.code(status).send()
    return sendProblem(reply, status, details.get(status) ?? 'the request was not stored')
  }
}

const namesByPath = new Map(sources.map(({ path, name }) => [path, name]))

const retryAfterSeconds = new Map([
  [429, 1],
  [503, 5],
])

const details = new Map([
  [413, 'the body is larger than allowed'],
  [429, 'there are more requests than allowed'],
  [503, 'the log takes nothing at the moment'],
])

/** The log cannot take it now, and may later: a full disk is emptied, a broker comes back. */
const logCodes = new Set(['LOG_FULL', 'LOG_UNAVAILABLE'])

function statusOf(error: unknown): number {
  if (error instanceof LedgerlineError) return logCodes.has(error.code) ? 503 : 500
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500
  const status = error.statusCode
  return typeof status === 'number' && status >= 400 ? status : 500
}

function codeOf(error: unknown): string {
  if (error instanceof LedgerlineError) return error.code
  return error instanceof Error ? error.name : typeof error
}
