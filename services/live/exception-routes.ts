import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { schemaErrors, type ProblemError } from '../../schemas/feeds/problem.ts'
import {
  exceptionAnswerSchema,
  exceptionBodySchema,
  exceptionsSchema,
} from '../../schemas/feeds/schedules.ts'
import { contentDigest } from '../definitions/content-digest.ts'
import { always, createAgreedExceptions } from './agreed-exceptions.ts'
import { wrong } from './asked.ts'
import { askedInstant } from './asked-file.ts'
import { askedParameters } from './asked-parameters.ts'
import { described } from './operations-described.ts'
import { plannedWorkers } from './planned-workers.ts'
import { ProblemAnswer } from './problem.ts'
import type { ScheduleRoutesOptions } from './schedule-routes.ts'

/** What is agreed beside plans: told, listed, withdrawn. Nothing is ever forgotten of it. */
export function addExceptionRoutes(scope: FastifyInstance, options: ScheduleRoutesOptions): void {
  const { log, warehouse, clock, logger } = options
  const agreedExceptions = createAgreedExceptions(log, warehouse)

  scope.post(
    '/v1/schedules/exceptions',
    described(
      'Agrees on something beside a plan: replace, exclude or excuse a stretch of an agent; body: JSON',
      exceptionAnswerSchema,
    ),
    async ({ body }) => {
      const now = clock.now()
      const read = exceptionBodySchema.safeParse(body)
      if (!read.success) throw wrong(schemaErrors(read.error))
      const { agent, kind, code = null, reason, approvedBy } = read.data
      const errors: ProblemError[] = []
      const span = spanOf(read.data, errors)
      const agreedAt = toldAt('agreedAt', read.data.agreedAt, now, errors)
      if ((kind === 'replace') !== (code !== null)) {
        errors.push({ field: 'code', detail: 'goes with replace, and replace with it' })
      }
      const { known, unknown } = await plannedWorkers(warehouse, [agent], now)
      errors.push(...unknown.map(({ detail }) => ({ field: 'agent', detail })))
      const worker = known.get(agent)
      if (errors.length > 0 || worker === undefined) throw wrong(errors)
      const made = contentDigest({ agent: worker.worker, kind, code, ...span }).slice(0, 16)
      const exception = read.data.exception ?? made
      const asked = { agent: worker.worker, exception, now }
      const [agreed] = await agreedExceptions.tell(asked, (known) => {
        if (known.some(({ from, to }) => from !== span.from || to !== span.to)) {
          const detail = 'is of another stretch; withdraw it and agree on a new one'
          throw wrong([{ field: 'exception', detail }])
        }
        const { workspace, worker: agent } = worker
        const told = { workspace, agent, exception, kind, ...span, code, reason, approvedBy }
        return [{ ...told, withdrawn: false, setAt: agreedAt }]
      })
      logger.info({ exception, kind, ...span }, 'an exception is agreed on')
      return exceptionAnswerSchema.parse({ exception: agreed })
    },
  )

  scope.get(
    '/v1/schedules/exceptions',
    described(
      'What is agreed beside plans, as it was told last; parameters: agent, and from and to',
      exceptionsSchema,
    ),
    async ({ query }) => {
      const { agent = '', ...span } = askedParameters(query, ['from', 'to'], ['agent'])
      const exceptions = await agreedExceptions.list({ agent, ...always, ...span })
      return exceptionsSchema.parse({ exceptions })
    },
  )

  scope.delete(
    '/v1/schedules/exceptions/:id',
    described(
      'Withdraws what was agreed; parameters: agent, where several have that id, and at, when that was, else now',
      exceptionsSchema,
    ),
    async ({ params, query }) => {
      const now = clock.now()
      const { id: exception } = byId.parse(params)
      const { agent = '', at } = askedParameters(query, ['at'], ['agent'])
      if (at !== undefined && at > now) throw wrong([{ field: 'at', detail: 'has not come yet' }])
      const exceptions = await agreedExceptions.tell(
        { agent, exception, now },
        (known, isAllKnown) => {
          if (known.length === 0 && !isAllKnown) throw new ProblemAnswer(503, behind)
          if (known.length === 0) throw new ProblemAnswer(404, 'nothing was agreed on by that id')
          if (new Set(known.map((one) => one.agent)).size > 1) {
            throw wrong([{ field: 'agent', detail: 'several have that id; say whose' }])
          }
          return known.map((one) => ({ ...one, withdrawn: true, setAt: at }))
        },
      )
      logger.info({ exception }, 'an exception is withdrawn')
      return exceptionsSchema.parse({ exceptions })
    },
  )
}

const byId = z.object({ id: z.string() })
const behind = 'the tables are too far behind to tell whether that was agreed on'

/** When something was told that may be told afterwards; undefined: now. */
function toldAt(
  field: string,
  text: string | undefined,
  now: Instant,
  errors: ProblemError[],
): Instant | undefined {
  if (text === undefined) return undefined
  const asked = askedInstant(field, text)
  if ('errors' in asked) {
    errors.push(...asked.errors)
    return undefined
  }
  if (asked.at > now) errors.push({ field, detail: 'has not come yet' })
  return asked.at
}

function spanOf(
  told: { readonly from: string; readonly to: string },
  errors: ProblemError[],
): Span {
  const instantOf = (field: 'from' | 'to') => {
    const asked = askedInstant(field, told[field])
    if ('at' in asked) return asked.at
    errors.push(...asked.errors)
    return null
  }
  const [from, to] = [instantOf('from'), instantOf('to')]
  if (from !== null && to !== null && to <= from) {
    errors.push({ field: 'to', detail: 'is not after from' })
  }
  return { from: from ?? 0, to: to ?? 0 }
}
