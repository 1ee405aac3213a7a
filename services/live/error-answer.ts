import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { ProblemAnswer, sendProblem } from './problem.ts'

/** Answers what could not be answered otherwise, always as problem details. */
export function createErrorAnswer(logger: Logger) {
  return (error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof ProblemAnswer) {
      return sendProblem(reply, error.status, error.message, error.errors)
    }
    if (hasZodFastifySchemaValidationErrors(error)) {
      const errors = error.validation.flatMap(toProblemErrors)
      return sendProblem(reply, 400, 'the call has wrong parameters', errors)
    }
    if (error instanceof LedgerlineError && error.code === 'WAREHOUSE_UNAVAILABLE') {
      logger.warn({ code: error.code }, 'call not answered')
      reply.header('retry-after', 5)
      return sendProblem(reply, 503, 'the warehouse does not answer at the moment')
    }
    const status = statusOf(error)
    if (status < 500) return sendProblem(reply, status, 'the call cannot be understood')
    logger.error({ err: error }, 'call not answered')
    return sendProblem(reply, 500, 'the hub has failed to answer; its log says why')
  }
}

interface ValidationIssue {
  readonly instancePath: string
  readonly message?: string | undefined
  readonly params: Readonly<Record<string, unknown>>
}

export function toProblemErrors(issue: ValidationIssue): readonly ProblemError[] {
  const { instancePath, params } = issue
  const detail = issue.message ?? 'is wrong'
  const unknown = textsOf(params['keys'])
  if (unknown.length > 0) {
    return unknown.map((field) => ({ field, detail: 'there is no such parameter' }))
  }
  const field = instancePath.slice(1).replaceAll('/', '.')
  const choices = textsOf(params['values'])
  return [choices.length === 0 ? { field, detail } : { field, detail, choices: [...choices] }]
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : 500
}
