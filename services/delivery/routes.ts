import type { FastifyInstance } from 'fastify'
import {
  deliveryAgainResultSchema,
  deliveryAgainSchema,
  deliveryAnswerSchema,
  deliveryJournalQuerySchema,
  deliveryJournalSchema,
  type DeliveryAgainResult,
  type DeliveryAnswer,
  type DeliveryJournal,
} from '../../schemas/feeds/delivery.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { isFromAnotherSite } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { ProblemAnswer } from '../live/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Dispatch, DispatchStatus } from './dispatch.ts'

export interface DeliveryRoutesOptions {
  /** Null: this process delivers nothing. */
  readonly dispatch: Dispatch | null
  /** How a target is told of agents; null: it is not. */
  readonly agentsOf?: (target: string) => DeliveryAnswer['targets'][number]['agents']
  readonly clock: Clock
  readonly logger: Logger
}

/** How delivery stands and what has left, for whoever may read the API; and to have something sent again. */
export function addDeliveryRoutes(scope: FastifyInstance, options: DeliveryRoutesOptions): void {
  const { dispatch, clock, logger, agentsOf = () => null } = options
  const tags = ['delivery']

  scope.get(
    '/v1/delivery',
    {
      schema: {
        tags,
        summary: 'How delivery to each target stands',
        ...answering({ 200: deliveryAnswerSchema, 401: problemSchema }),
      },
    },
    (): DeliveryAnswer => ({
      at: clock.now(),
      targets: (dispatch?.status() ?? []).map((status) => ({
        ...toTarget(status),
        agents: agentsOf(status.name),
      })),
    }),
  )

  scope.get(
    '/v1/delivery/journal',
    {
      schema: {
        tags,
        summary: 'What has left for a target, or never will: when, how large, with which answer',
        querystring: deliveryJournalQuerySchema,
        ...answering({ 200: deliveryJournalSchema, 400: problemSchema, 401: problemSchema }),
      },
    },
    ({ query }): DeliveryJournal => {
      const { from, to, limit, ...asked } = deliveryJournalQuerySchema.parse(query)
      const times = { from: instantOf(from), to: instantOf(to) }
      const found = dispatch?.journal({ ...asked, ...times, limit: limit + 1 }) ?? []
      return { lines: found.slice(0, limit), isWhole: found.length <= limit }
    },
  )

  scope.post(
    '/v1/operations/delivery/resend',
    {
      schema: {
        tags,
        summary: 'Has documents sent again that have left before, or were refused',
        body: deliveryAgainSchema,
        ...answering({
          ...{ 200: deliveryAgainResultSchema, 400: problemSchema, 401: problemSchema },
          ...{ 404: problemSchema, 409: problemSchema },
        }),
      },
    },
    (request): DeliveryAgainResult => {
      if (isFromAnotherSite(request)) {
        throw new ProblemAnswer(403, 'a page of another site may not ask for this')
      }
      if (dispatch === null) {
        throw new ProblemAnswer(409, 'this process delivers nothing: LEDGERLINE_TARGETS is not set')
      }
      const { target, key, from, to, newKeys } = deliveryAgainSchema.parse(request.body)
      if (!dispatch.isTarget(target)) throw new ProblemAnswer(404, `there is no target ${target}`)
      if (key === undefined && from === undefined) {
        const errors = [{ field: 'from', detail: 'needed where no key is given' }]
        throw new ProblemAnswer(400, 'say which documents', errors)
      }
      const result = dispatch.again({ target, key, from, to, isNew: newKeys })
      logger.info({ target, ...result }, 'documents are sent again')
      return result
    },
  )
}

function toTarget(status: DispatchStatus): Omit<DeliveryAnswer['targets'][number], 'agents'> {
  const { states, documents, refused, ...rest } = status
  const { name, kind, address, breaker, failures, restsUntil, lastDeliveredAt, lastFailure } = rest
  return {
    ...{ name, kind, address, breaker, failures, restsUntil, lastDeliveredAt, lastFailure },
    states: { waiting: states.count, oldestSince: states.oldestAt },
    documents: {
      ...{ waiting: documents.count, oldestSince: documents.oldestAt },
      ...{ bytes: documents.bytes, deadLetters: refused },
    },
  }
}

function instantOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}
