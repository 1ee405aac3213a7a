import type { FastifyReply } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { ProblemError } from '../../schemas/feeds/problem.ts'

/** A call that cannot be answered as it is, and everything that is wrong with it. */
export class ProblemAnswer extends Error {
  readonly status: number
  readonly errors: readonly ProblemError[] | undefined

  constructor(status: number, detail: string, errors?: readonly ProblemError[]) {
    super(detail)
    this.name = 'ProblemAnswer'
    this.status = status
    this.errors = errors
  }
}

/** RFC 9457 problem details. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  errors?: readonly ProblemError[],
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, errors }),
    )
}

/** Nothing in an answer of rows could tell what is not known yet from what never came, so there is none until it is known. */
export function sendTablesBehind(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', tickSeconds)
  return sendProblem(reply, 503, 'the tables have not come to the end of it')
}

/** From one tick of the ledger, by which tables know the time, to the next. */
const tickSeconds = 60
