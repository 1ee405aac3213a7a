import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import type { TwilioError } from '../../schemas/feeds/statistics.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'

/** Twilio's own numbers for what a call may be answered with. */
const codes: Readonly<Record<number, number>> = {
  400: 20001,
  401: 20003,
  404: 20404,
  500: 20500,
  503: 20503,
}

/** A call that cannot be answered as it is: what Twilio's clients throw as a `RestException`. */
export class TwilioAnswer extends Error {
  readonly status: number
  readonly faults: readonly ProblemError[]

  constructor(status: number, message: string, faults: readonly ProblemError[] = []) {
    super(message)
    this.name = 'TwilioAnswer'
    this.status = status
    this.faults = faults
  }
}

export function notFound(path: string): TwilioAnswer {
  return new TwilioAnswer(404, `The requested resource ${path} was not found`)
}

/** Everything that is wrong with a question, in the text too: few clients show the details. */
export function wrongParameters(faults: readonly ProblemError[]): TwilioAnswer {
  const told = faults.map(({ field, detail, choices }) =>
    [`${field} ${detail}`, ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`])].join(
      ': ',
    ),
  )
  return new TwilioAnswer(400, told.join('; '), faults)
}

export function faultsOf(error: z.ZodError): readonly ProblemError[] {
  return error.issues.flatMap((issue): readonly ProblemError[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((field) => ({ field, detail: 'is no parameter of this resource' }))
    }
    return [{ field: issue.path.join('.'), detail: issue.message }]
  })
}

/** An error in the form in which Twilio's clients read one. */
export function sendTwilioError(
  reply: FastifyReply,
  status: number,
  message: string,
  faults: readonly ProblemError[] = [],
): FastifyReply {
  const code = codes[status] ?? 20000 + status
  const error: TwilioError = {
    code,
    message,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
    ...(faults.length === 0 ? {} : { details: { faults: [...faults] } }),
  }
  return reply.code(status).send(error)
}

/** Answers what could not be answered otherwise. */
export function createTwilioErrorAnswer(logger: Logger) {
  return (error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof TwilioAnswer) {
      return sendTwilioError(reply, error.status, error.message, error.faults)
    }
    if (error instanceof LedgerlineError && error.code === 'WAREHOUSE_UNAVAILABLE') {
      logger.warn({ code: error.code }, 'call not answered')
      reply.header('retry-after', 5)
      return sendTwilioError(reply, 503, 'the warehouse does not answer at the moment')
    }
    const status = statusOf(error)
    if (status < 500) return sendTwilioError(reply, status, 'the call cannot be understood')
    logger.error({ err: error }, 'call not answered')
    return sendTwilioError(reply, 500, 'the hub has failed to answer; its log says why')
  }
}

/** What the server itself refuses, such as a body that is no JSON, has a status. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : 500
}
