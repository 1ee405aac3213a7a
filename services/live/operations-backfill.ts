import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  backfillRequestSchema,
  workLineSchema,
  type BackfillRequest,
  type BackfillResult,
  type WorkProgress,
} from '../../schemas/feeds/operations.ts'
import { described } from './operations-described.ts'
import { createLongWork, type LongWorkOptions } from './operations-work.ts'
import { ProblemAnswer } from './problem.ts'

/** Whoever can read again what a source has told before. */
export interface Backfiller {
  /** Why it cannot; null if it can. */
  refusal(request: Pick<BackfillRequest, 'resources'>): string | null
  backfill(
    request: BackfillRequest,
    onProgress: (progress: WorkProgress) => void,
    signal: AbortSignal,
  ): Promise<BackfillResult>
}

/** It runs beside a rebuild or a verify: it only appends, as webhooks do meanwhile. */
export function addBackfillRoute(
  scope: FastifyInstance,
  backfiller: Backfiller | null,
  { clock, logger }: Pick<LongWorkOptions, 'clock' | 'logger'>,
): void {
  const work = createLongWork({ clock, logger, refusal: () => null })
  scope.addHook('onClose', () => work.close())
  scope.post(
    '/v1/operations/backfill',
    described(
      "Reads a stretch of Twilio's own lists again and adds what the ledger lacks; body: from, to, resources, dryRun",
      workLineSchema.describe('Lines of JSON: progress again and again, then a result or an error'),
    ),
    ({ body }, reply) => {
      const request = toRequest(body ?? {})
      if (backfiller === null) {
        throw new ProblemAnswer(409, 'this process repairs nothing: ask one that writes tables')
      }
      const reason = backfiller.refusal(request)
      if (reason !== null) throw new ProblemAnswer(409, reason)
      return work.run('backfill', reply, ({ onProgress, signal }) =>
        backfiller.backfill(request, onProgress, signal),
      )
    },
  )
}

function toRequest(asked: unknown): BackfillRequest {
  const request = backfillRequestSchema.safeParse(asked)
  if (!request.success) throw wrongRequest(request.error)
  return request.data
}

function wrongRequest({ issues }: z.ZodError): ProblemAnswer {
  const errors = issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }))
  return new ProblemAnswer(400, 'this stretch cannot be read again', errors)
}
