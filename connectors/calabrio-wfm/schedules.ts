import { z } from 'zod'
import { plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { readInstant } from '../../services/time/zone.ts'
import { shapeFaults, type FileFault } from '../file-fault.ts'
import { plansOf, type AgentPlan, type ReadPlans } from '../schedules/plan.ts'

const layer = z.object({
  Name: z.string(),
  Period: z.object({ StartTime: z.string(), EndTime: z.string() }),
  ActivityId: z.string().min(1).nullish(),
  AbsenceId: z.string().min(1).nullish(),
  Overtime: z.boolean().nullish(),
})

/** The answer of `/query/Schedule/ScheduleByTeamId` and its kin: days of people, each day already flat. */
const answer = z.object({
  Result: z.array(
    z.object({
      PersonId: z.string().min(1),
      /** Local midnight of the day that the shift is of. */
      Date: z.string().regex(/^\d{4}-\d{2}-\d{2}/, 'begins with no date, such as 2026-03-02'),
      Shift: z.array(layer).nullish(),
    }),
  ),
  Errors: z.array(z.unknown()).nullish(),
})

/**
 * Reads an answer about schedules. Codes are the ids of activities and absences; an absence is time off, and nobody is
 * measured by it. Times without an offset are of `zone`: whether the product sends one was not seen.
 */
export function readCalabrioSchedules(body: unknown, zone: string): ReadPlans {
  const read = answer.safeParse(body)
  if (!read.success) return { kind: 'refused', faults: shapeFaults(read.error) }
  const faults: FileFault[] = []
  const told: AgentPlan[] = []
  if ((read.data.Errors?.length ?? 0) > 0) {
    faults.push({ place: '', field: 'Errors', detail: 'the product has not told all' })
  }
  for (const [index, { PersonId: agent, Date: day, Shift: shift }] of read.data.Result.entries()) {
    for (const [order, { Name: name, Period, ActivityId, AbsenceId, Overtime }] of (
      shift ?? []
    ).entries()) {
      const place = `Result.${index}.Shift.${order}`
      const code = AbsenceId ?? ActivityId
      const [from, to] = [readInstant(Period.StartTime, zone), readInstant(Period.EndTime, zone)]
      if (from.kind === 'wrong') {
        faults.push({ place, field: 'Period.StartTime', detail: from.detail })
      }
      if (to.kind === 'wrong') faults.push({ place, field: 'Period.EndTime', detail: to.detail })
      if (code == null) {
        faults.push({ place, field: 'ActivityId', detail: 'neither this nor AbsenceId is there' })
      }
      if (from.kind === 'wrong' || to.kind === 'wrong' || code == null) continue
      if (to.at <= from.at) {
        faults.push({ place, field: 'Period.EndTime', detail: 'is not after StartTime' })
      }
      const isAbsent = AbsenceId != null
      const segment = plannedSegmentSchema.parse({
        ...{ from: from.at, to: to.at, code, name, date: day.slice(0, 10) },
        ...{ tracked: !isAbsent, timeOff: isAbsent, overtime: Overtime ?? false },
        ...(isAbsent ? { productive: false } : {}),
      })
      told.push({
        agent,
        segments: [segment],
        named: { place: `Result.${index}`, field: 'PersonId' },
      })
    }
  }
  return faults.length > 0
    ? { kind: 'refused', faults }
    : { kind: 'understood', plans: plansOf(told) }
}
