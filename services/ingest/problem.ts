import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Fault } from './sources/cloud-event-envelope.ts'

/** Answers a wrong call with RFC 9457 problem details: what is wrong, and every place where it is. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  errors?: readonly Fault[],
): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: 'about:blank', title: STATUS_CODES[status], status, detail, errors })
}
