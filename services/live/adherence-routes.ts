import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import {
  adherenceAnswerSchema,
  adherenceQuerySchema,
  agentAdherenceAnswerSchema,
  agentAdherenceQuerySchema,
  type AdherenceAnswer,
  type AdherenceToday,
  type AgentAdherenceAnswer,
  type AgentNow,
} from '../../schemas/feeds/adherence.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { adherenceTotals } from '../projections/adherence-intervals.ts'
import { isOut } from '../projections/adherence-now.ts'
import { adherenceSpans, parametersAt, type AdherenceSpan } from '../projections/adherence-spans.ts'
import { adherenceReachMs, parametersIn } from '../projections/agent-adherence.ts'
import { dayMs } from '../time/interval.ts'
import { localLabel, offsetSpans, readInstant } from '../time/zone.ts'
import { plannedAgents, type PlannedAgent } from './adherence-tables.ts'
import { answering } from './answering.ts'
import { wrong, zoneFaults } from './asked.ts'
import { ProblemAnswer } from './problem.ts'
import type { LiveOptions } from './routes.ts'
import { completeUpTo } from './table-time.ts'

const tags = ['adherence']
const errors = { 400: problemSchema, 401: problemSchema, 503: problemSchema }

/**
 * How agents keep to their plans, this second and today: worked out from the facts as they stand by the function that makes the
 * interval rows, so the two cannot disagree.
 */
export function addAdherenceRoutes(scope: FastifyInstance, options: LiveOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/adherence',
    {
      schema: {
        tags,
        summary: 'Who is out of adherence and since when; planned, actual, and today so far',
        querystring: adherenceQuerySchema,
        ...answering({ 200: adherenceAnswerSchema, ...errors }),
      },
    },
    async ({ query }) => {
      const day = dayOf(query.zone, options.clock.now())
      const agents = (await read(day, null)).map((one) => nowOf(one, day))
      return {
        ...freshness(day, query.zone),
        agents: agents
          .filter(({ isOut }) => query.out === undefined || isOut === query.out)
          .filter(({ team }) => {
            const wanted = query.team
            return wanted === undefined || (team !== null && [team.id, team.name].includes(wanted))
          }),
      } satisfies AdherenceAnswer
    },
  )

  app.get(
    '/v1/adherence/agents/:id',
    {
      schema: {
        tags,
        summary: 'The day of an agent: plan, what he did, and what it counts as',
        params: z.object({ id: z.string() }),
        querystring: agentAdherenceQuerySchema,
        ...answering({ 200: agentAdherenceAnswerSchema, 404: problemSchema, ...errors }),
      },
    },
    async ({ query, params }) => {
      const day = dayOf(query.zone, options.clock.now())
      const [found] = await read(day, params.id)
      if (found === undefined) {
        throw new ProblemAnswer(404, 'no plan that was read tells of today for an agent of that id')
      }
      const { plan, exceptions, actual } = found.time
      const isOfDay = (span: { from: Instant; to: Instant | null }) =>
        span.from < day.to && (span.to ?? Infinity) > day.from
      return {
        ...freshness(day, query.zone),
        agent: nowOf(found, day),
        plan: plan.filter(isOfDay).map(({ from, to, segment }) => ({
          ...{ from, to, code: segment?.code ?? null },
          ...{ name: segment?.name ?? '', tracked: segment?.tracked ?? false },
        })),
        exceptions: exceptions.filter(isOfDay).map((one) => ({ ...one })),
        actual: actual(parametersAt(found.time, day.now))
          .filter(isOfDay)
          .map(({ from, to, code }) => ({ from, to, code })),
        spans: spansOf(found, day)
          .filter(isOfDay)
          .map(({ from, to, planned, standing, run, ...own }) => ({
            ...{ from, to, planned, actual: own.actual, standing, outSince: run?.from ?? null },
          })),
      } satisfies AgentAdherenceAnswer
    },
  )

  function read(day: Day, agent: string | null): Promise<readonly PlannedAgent[]> {
    const known = options.state.details().knowledge()
    // What of the day before may still decide about this one.
    const from = day.from - adherenceReachMs(known)
    return plannedAgents(options.warehouse, {
      ...{ agent, from, to: day.now, planTo: day.to, parameters: parametersIn(known) },
    })
  }

  function spansOf({ time }: PlannedAgent, { from, now }: Day): readonly AdherenceSpan[] {
    const known = options.state.details().knowledge()
    return adherenceSpans(time, from - adherenceReachMs(known), now, null)
  }

  function nowOf(one: PlannedAgent, day: Day): AgentNow {
    const spans = spansOf(one, day)
    const last = spans.at(-1)
    const isNow = last?.to === day.now
    const shown = options.state.current().agents.get(one.agent)
    const ahead = one.time.plan.find(({ to }) => to > day.now)
    return {
      ...{ agent: one.agent, workspace: shown?.workspace ?? one.workspace },
      ...{ name: shown?.name ?? one.agent, team: shown?.team ?? null },
      planned: isNow ? last.planned : null,
      plannedUntil: ahead === undefined || ahead.from > day.now ? null : ahead.to,
      actual: isNow ? last.actual : null,
      standing: isNow ? last.standing : 'unplanned',
      isOut: isNow && isOut(last),
      outSince: isNow ? (last.run?.from ?? null) : null,
      today: todayOf(spans, { from: day.from, to: day.now }),
    }
  }

  function freshness({ from, now }: Day, zone: string) {
    return { asOf: now, from, zone, tablesAsOf: completeUpTo(options.runnerProgress?.() ?? []) }
  }
}

/** The local day that an instant lies in. */
interface Day extends Span {
  readonly now: Instant
}

function dayOf(zone: string, now: Instant): Day {
  const faults = zoneFaults(zone)
  if (faults.length > 0) throw wrong(faults)
  const offsetMs = offsetSpans(zone, { from: now, to: now + 1 }, 1)[0]?.offsetMs ?? 0
  const read = readInstant(localLabel(now, offsetMs).slice(0, 10), zone)
  if (read.kind === 'wrong') throw new Error(`a day in ${zone} does not begin`)
  return { from: read.at, to: read.at + dayMs, now }
}

function todayOf(spans: readonly AdherenceSpan[], day: Span): AdherenceToday {
  const totals = adherenceTotals(spans, day)
  const of = (metric: string) => totals[metric] ?? 0
  const [scheduledMs, adherentMs] = [of('scheduled_ms'), of('adherent_ms')]
  const [confScheduledMs, confActualMs] = [of('conf_scheduled_ms'), of('conf_actual_ms')]
  return {
    ...{ scheduledMs, adherentMs, confScheduledMs, confActualMs },
    nonadherentMs: of('nonadherent_ms'),
    gracedMs: of('graced_ms'),
    excusedMs: of('excused_ms'),
    excludedMs: of('excluded_ms'),
    unscheduledWorkMs: of('unscheduled_work_ms'),
    adherence: scheduledMs === 0 ? null : adherentMs / scheduledMs,
    conformance: confScheduledMs === 0 ? null : confActualMs / confScheduledMs,
  }
}
