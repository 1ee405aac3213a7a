import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  deadLetterFilterSchema,
  deadLettersSchema,
  redriveResultSchema,
  wholeDeadLetterSchema,
  type WholeDeadLetter,
} from '../../schemas/feeds/operations.ts'
import { listDeadLetters, readDeadLetter, type DeadLetterFilter } from '../ingest/dead-letters.ts'
import { redrive } from '../ingest/redrive.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import { described } from './operations-described.ts'
import { ProblemAnswer } from './problem.ts'

/** What could not be understood: to look at, and to be read again by today's code. */
export function addDeadLetterRoutes(
  scope: FastifyInstance,
  { log, clock }: { readonly log: EventLog; readonly clock: Clock },
): void {
  scope.get(
    '/v1/dead-letters',
    described('What could not be understood', deadLettersSchema),
    async ({ query }) => ({ deadLetters: await listDeadLetters(log, toFilter(query)) }),
  )

  scope.get<{ Params: { id: string } }>(
    '/v1/dead-letters/:id',
    described('One of these as it came, personal data and all', wholeDeadLetterSchema),
    async ({ params }) => {
      const letter = await readDeadLetter(log, params.id)
      if (letter === null) throw new ProblemAnswer(404, `there is no dead letter ${params.id}`)
      const body = Buffer.from(letter.body).toString('base64')
      return { ...letter, bodyEncoding: 'base64', body } satisfies WholeDeadLetter
    },
  )

  scope.post(
    '/v1/dead-letters/redrive',
    described('Has them read again by the code of today', redriveResultSchema),
    ({ body }) => redrive(log, clock, toFilter(body ?? {})),
  )
}

function toFilter(asked: unknown): DeadLetterFilter {
  const filter = deadLetterFilterSchema.safeParse(asked)
  if (!filter.success) throw wrongFilter(filter.error)
  const { id, source, reason, limit } = filter.data
  return {
    ...(id === undefined ? {} : { id }),
    ...(source === undefined ? {} : { source }),
    ...(reason === undefined ? {} : { reason }),
    ...(limit === undefined ? {} : { limit }),
  }
}

function wrongFilter({ issues }: z.ZodError): ProblemAnswer {
  const errors = issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }))
  return new ProblemAnswer(400, 'these dead letters cannot be asked for', errors)
}
