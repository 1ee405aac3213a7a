import type { FastifyInstance } from 'fastify'
import {
  auditRequestSchema,
  auditSpanFaults,
  type AuditRequest,
  type AuditResult,
} from '../../schemas/feeds/audit.ts'
import { workLineSchema, type WorkProgress } from '../../schemas/feeds/operations.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { described } from './operations-described.ts'
import { createLongWork, type LongWorkOptions } from './operations-work.ts'
import { schemaErrors } from '../../schemas/feeds/problem.ts'
import { ProblemAnswer } from './problem.ts'

/** Whoever can compare our counts with those of the source. */
export interface Auditor {
  /** Why it cannot; null if it can. */
  refusal(): Promise<string | null>
  audit(
    request: AuditRequest,
    onProgress: (progress: WorkProgress) => void,
    signal: AbortSignal,
  ): Promise<AuditResult>
}

/** It only reads, so it runs beside everything else. */
export function addAuditRoute(
  scope: FastifyInstance,
  auditor: Auditor | null,
  { clock, logger }: Pick<LongWorkOptions, 'clock' | 'logger'>,
): void {
  const work = createLongWork({ clock, logger, refusal: () => null })
  scope.addHook('onClose', () => work.close())
  scope.post(
    '/v1/operations/audit',
    described(
      "Compares counts with TaskRouter's cumulative statistics; body: from, to, pieceMinutes, queues, channels",
      workLineSchema.describe('Lines of JSON: progress again and again, then a result or an error'),
    ),
    async ({ body }, reply) => {
      const request = toRequest(body ?? {}, clock.now())
      if (auditor === null) {
        throw new ProblemAnswer(409, 'this process compares nothing: ask one that writes tables')
      }
      const reason = await auditor.refusal()
      if (reason !== null) throw new ProblemAnswer(409, reason)
      return work.run('audit', reply, ({ onProgress, signal }) =>
        auditor.audit(request, onProgress, signal),
      )
    },
  )
}

/** All that is wrong at once: what the schema finds, and what it cannot know about the time that is asked for. */
function toRequest(asked: unknown, now: Instant): AuditRequest {
  const request = auditRequestSchema.safeParse(asked)
  const span = auditRequestSchema.pick({ from: true, to: true }).loose().safeParse(asked)
  const errors = [
    ...schemaErrors(request.error),
    ...(span.success ? auditSpanFaults(span.data, now) : []),
  ]
  if (request.success && errors.length === 0) return request.data
  throw new ProblemAnswer(400, 'this cannot be compared', errors)
}
