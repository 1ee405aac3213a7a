import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { exceptedSchema, exceptionKinds } from '../../schemas/events/schedule.ts'
import { schemaErrors, type ProblemError } from '../../schemas/feeds/problem.ts'
import {
  exceptionAnswerSchema,
  exceptionBodySchema,
  exceptionsSchema,
  type Exceptions,
  type ScheduleExceptionTold,
} from '../../schemas/feeds/schedules.ts'
import { contentDigest } from '../definitions/content-digest.ts'
import { toExceptionEvent } from '../definitions/schedule-events.ts'
import { appendEvents } from '../runner/shard-runner.ts'
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
      const others = await toldBefore(worker.worker, exception)
      if (others.some(({ from, to }) => from !== span.from || to !== span.to)) {
        const detail = 'is of another stretch; withdraw it and agree on a new one'
        throw wrong([{ field: 'exception', detail }])
      }
      const told = exceptedSchema.parse({ exception, kind, code, approvedBy })
      const event = toExceptionEvent({ ...worker, span, told, reason, at: agreedAt, now })
      await appendEvents(log, [event])
      logger.info({ exception, kind, ...span }, 'an exception is agreed on')
      return {
        exception: {
          ...{ agent: worker.worker, exception, kind, ...span, code, reason, approvedBy },
          ...{ withdrawn: false, setAt: agreedAt },
        },
      }
    },
  )

  scope.get(
    '/v1/schedules/exceptions',
    described(
      'What is agreed beside plans, as it was told last; parameters: agent, and from and to',
      exceptionsSchema,
    ),
    async ({ query }) => {
      const {
        from = 0,
        to = latest,
        agent = '',
      } = askedParameters(query, ['from', 'to'], ['agent'])
      return { exceptions: await exceptionsIn({ agent, exception: '', from, to }) }
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
      const { agent = '', at = now } = askedParameters(query, ['at'], ['agent'])
      if (at > now) throw wrong([{ field: 'at', detail: 'has not come yet' }])
      const found = await exceptionsIn({ agent, exception, from: 0, to: latest })
      if (found.length === 0) throw new ProblemAnswer(404, 'nothing was agreed on by that id')
      if (new Set(found.map((one) => one.agent)).size > 1) {
        throw wrong([{ field: 'agent', detail: 'several have that id; say whose' }])
      }
      const { known } = await plannedWorkers(
        warehouse,
        found.map((one) => one.agent),
        now,
      )
      const events = found.flatMap(
        ({ agent: worker, kind, from, to, code, reason, approvedBy }) => {
          const workspace = known.get(worker)?.workspace ?? ''
          const told = { exception, kind, code, approvedBy, withdrawn: true }
          return [
            toExceptionEvent({ worker, workspace, span: { from, to }, told, reason, at, now }),
          ]
        },
      )
      await appendEvents(log, events)
      logger.info({ exception }, 'an exception is withdrawn')
      return {
        exceptions: found.map((one) => ({ ...one, withdrawn: true, setAt: at })),
      } satisfies Exceptions
    },
  )

  const toldBefore = (agent: string, exception: string) =>
    exceptionsIn({ agent, exception, from: 0, to: latest })

  async function exceptionsIn(asked: {
    readonly agent: string
    readonly exception: string
    readonly from: number
    readonly to: number
  }): Promise<ScheduleExceptionTold[]> {
    const rows = await warehouse.query(
      `SELECT agent, exception, kind, code, reason, approved_by AS approvedBy, is_withdrawn AS withdrawn,
         toUnixTimestamp64Milli(started_at) AS "from", toUnixTimestamp64Milli(ended_at) AS "to",
         toUnixTimestamp64Milli(set_at) AS setAt
       FROM schedule_exceptions FINAL
       WHERE ({agent:String} = '' OR agent = {agent:String})
         AND ({exception:String} = '' OR exception = {exception:String})
         AND started_at < fromUnixTimestamp64Milli({to:Int64})
         AND ended_at > fromUnixTimestamp64Milli({from:Int64})
       ORDER BY started_at, agent, exception LIMIT 10000`,
      asked,
    )
    return rows.map((one) => exceptionRow.parse(one))
  }
}

const byId = z.object({ id: z.string() })
const latest = Date.UTC(2200, 0)

const exceptionRow = z.object({
  ...{ agent: z.string(), exception: z.string(), kind: z.enum(exceptionKinds) },
  ...{ from: z.coerce.number(), to: z.coerce.number() },
  code: z.string().transform((code) => (code === '' ? null : code)),
  ...{ reason: z.string(), approvedBy: z.string(), withdrawn: z.coerce.boolean() },
  setAt: z.coerce.number(),
})

/** When something was told that may be told afterwards. */
function toldAt(
  field: string,
  text: string | undefined,
  now: Instant,
  errors: ProblemError[],
): Instant {
  const asked = text === undefined ? { at: now } : askedInstant(field, text)
  if ('errors' in asked) {
    errors.push(...asked.errors)
    return now
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
