import { readAssembledSchedules } from '../../connectors/assembled/schedules.ts'
import { readCalabrioSchedules } from '../../connectors/calabrio-wfm/schedules.ts'
import { readCsvPlans } from '../../connectors/schedules/csv-file.ts'
import { shapeFaults } from '../../connectors/file-fault.ts'
import { flat, plansOf, type AgentPlan, type ReadPlans } from '../../connectors/schedules/plan.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { PlannedSegment } from '../../schemas/events/schedule.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { scheduleBodySchema, type ScheduleImportQuery } from '../../schemas/feeds/schedules.ts'
import type { PlannedWorker } from '../definitions/schedule-events.ts'
import { fileErrors, importSpan, importTimes } from './asked-import.ts'
import { ProblemAnswer } from './problem.ts'

/** Plans as they were sent, and of what time they tell. */
export interface AskedImport {
  readonly plans: readonly AgentPlan[]
  /** Null: nothing is planned, and nobody says of what time. */
  readonly span: Span | null
  readonly readAt: Instant
}

/** What is to be taken in. Throws all that is wrong at once: with the parameters and with the body. */
export function askedImport(query: ScheduleImportQuery, body: unknown, now: Instant): AskedImport {
  const { zone, format } = query
  const errors: ProblemError[] = []
  const times = importTimes(query, now, errors)
  const read = times.isZone ? readPlans(format, body, zone) : null
  if (read?.kind === 'refused') errors.push(...fileErrors(read.faults))
  if (errors.length > 0) throw new ProblemAnswer(400, 'nothing is taken in', errors)
  const plans = read?.kind === 'understood' ? read.plans : []
  const segments = plans.flatMap((plan) => plan.segments)
  return { plans, span: importSpan(times, segments), readAt: times.readAt }
}

function readPlans(format: ScheduleImportQuery['format'], body: unknown, zone: string): ReadPlans {
  switch (format) {
    case 'csv':
      if (typeof body !== 'string') {
        throw new ProblemAnswer(415, 'send the plan as text: content-type text/csv')
      }
      return readCsvPlans(body, zone)
    case 'calabrio':
      return readCalabrioSchedules(body, zone)
    case 'assembled':
      return readAssembledSchedules(body, body)
    case 'json': {
      const read = scheduleBodySchema.safeParse(body)
      if (!read.success) return { kind: 'refused', faults: shapeFaults(read.error) }
      const told = read.data.agents.map(({ agent, segments }, index) => ({
        ...{ agent, segments, named: { place: `agents.${index}`, field: 'agent' } },
      }))
      return { kind: 'understood', plans: plansOf(told) }
    }
  }
}

/** One plan a worker, flat, also of one whom the plans call by several names. */
export function plansOfWorkers(
  plans: readonly AgentPlan[],
  known: ReadonlyMap<string, PlannedWorker>,
): readonly (PlannedWorker & Pick<AgentPlan, 'segments'>)[] {
  const told = new Map<string, PlannedWorker & { readonly segments: PlannedSegment[] }>()
  for (const { agent, segments } of plans) {
    const worker = known.get(agent)
    if (worker === undefined) continue
    const own = told.get(worker.worker)
    if (own === undefined) told.set(worker.worker, { ...worker, segments: [...segments] })
    else for (const one of segments) own.segments.push(one)
  }
  return [...told.values()].map(({ segments, ...worker }) => ({
    ...worker,
    segments: flat(segments),
  }))
}
