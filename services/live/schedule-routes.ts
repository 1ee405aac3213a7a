import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import {
  agentScheduleSchema,
  scheduleImportQuerySchema,
  scheduleImportSchema,
  type AgentSchedule,
  type ScheduleImport,
} from '../../schemas/feeds/schedules.ts'
import { toPlanEvent } from '../definitions/schedule-events.ts'
import type { EventLog } from '../log/log.ts'
import { isOfPlan, planPieces } from '../projections/agent-plan.ts'
import { isAnother } from '../projections/said-again.ts'
import { withEvents } from '../projections/timeline.ts'
import { eventSelection, fromEventRow } from '../runner/event-rows.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { answering } from './answering.ts'
import { widened } from './asked-import.ts'
import { askedParameters } from './asked-parameters.ts'
import { described } from './operations-described.ts'
import { plannedWorkers } from './planned-workers.ts'
import { createReadings } from './readings.ts'
import { askedImport, plansOfWorkers } from './schedule-import.ts'

export interface ScheduleRoutesOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly logger: Logger
}

/** What is planned for agents: to be taken in, and to be read with all its versions. */
export function addScheduleRoutes(scope: FastifyInstance, options: ScheduleRoutesOptions): void {
  const { log, warehouse, clock, logger } = options
  const told = { topic: 'ledgerline.workers', type: 'schedule.set' } as const
  const readings = createReadings({ log, warehouse, ...told })

  scope.post(
    '/v1/schedules',
    {
      bodyLimit: bodyBytesMax,
      schema: {
        tags: ['operations'],
        summary: 'Takes plans in: CSV, JSON, or what Calabrio WFM or Assembled answers',
        querystring: scheduleImportQuerySchema,
        ...answering({ 200: scheduleImportSchema, 400: problemSchema, 401: problemSchema }),
      },
    },
    async ({ query, body }) => {
      const now = clock.now()
      const asked = askedImport(scheduleImportQuerySchema.parse(query), body, now)
      const { plans, span, readAt } = asked
      const { known, unknown } = await plannedWorkers(
        warehouse,
        plans.map(({ agent }) => agent),
        now,
      )
      const events = plansOfWorkers(plans, known).flatMap(({ segments, ...worker }) => {
        if (span === null) return []
        return [toPlanEvent({ ...worker, span: widened(span, segments), segments, readAt, now })]
      })
      const counts = await readings.append(events)
      logger.info({ ...counts, unknown: unknown.length, readAt }, 'plans are taken in')
      const details = new Map(unknown.map(({ agent, detail }) => [agent, detail]))
      return {
        ...{ readAt, from: span?.from ?? null, to: span?.to ?? null, ...counts },
        unknown: plans.flatMap(({ agent, named }) => {
          const detail = details.get(agent)
          return detail === undefined ? [] : [{ agent, ...named, detail }]
        }),
      } satisfies ScheduleImport
    },
  )

  scope.get(
    '/v1/schedules/agents/:id',
    described(
      'What is planned for an agent; parameters: from and to, else today in UTC, and at, what had been read by then, else now',
      agentScheduleSchema,
    ),
    async ({ query, params }) => {
      const { id: agent } = byId.parse(params)
      const now = clock.now()
      const {
        at = now,
        from = dayStart(now),
        to = from + dayMs,
      } = askedParameters(query, ['at', 'from', 'to'])
      const rows = await warehouse.query(
        `SELECT ${eventSelection} FROM events AS e
         WHERE e.topic = 'ledgerline.workers' AND e.entity = {agent:String} AND e.type = 'schedule.set'
           AND e.at <= fromUnixTimestamp64Milli({at:Int64})
           AND e.since < fromUnixTimestamp64Milli({to:Int64})
           AND e.until > fromUnixTimestamp64Milli({from:Int64})`,
        { agent, at, from, to },
      )
      const told = withEvents(
        [],
        rows.map((row) => fromEventRow(row).event),
      ).filter(isOfPlan)
      const pieces = planPieces(told, 'final', from)
        .filter((piece) => piece.from < to)
        .map((piece) => ({ ...piece, to: Math.min(piece.to, to) }))
      return {
        ...{ agent, at, from, to },
        segments: pieces.flatMap(({ segment, plan, readAt, ...span }) =>
          segment === null ? [] : [{ ...segment, ...span, plan, readAt }],
        ),
        unread: between(pieces, from, to),
        versions: told.filter(isAnother).map(({ id, at: readAt, since, until }) => ({
          ...{ plan: id, readAt, from: since ?? from, to: until ?? to },
        })),
      } satisfies AgentSchedule
    },
  )
}

const byId = z.object({ id: z.string() })

/** A month of a large centre. */
const bodyBytesMax = 64 * 1024 * 1024

/** What of a stretch lies in none of these, which follow each other without overlaps. */
function between(
  spans: readonly { readonly from: number; readonly to: number }[],
  from: number,
  to: number,
): { from: number; to: number }[] {
  const edges = [{ from, to: from }, ...spans, { from: to, to }]
  return edges.slice(1).flatMap((span, index) => {
    const reached = edges[index]?.to ?? from
    return span.from > reached ? [{ from: reached, to: span.from }] : []
  })
}
