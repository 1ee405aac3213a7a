import { z } from 'zod'
import { plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { shapeFaults, type FileFault } from '../file-fault.ts'
import { plansOf, type AgentPlan, type ReadPlans } from '../schedules/plan.ts'

const activities = z.object({
  /** By an id of each occurrence: `id` itself repeats. */
  activities: z.record(
    z.string(),
    z.object({
      agent_id: z.string().min(1),
      type_id: z.string().min(1),
      /** Seconds since 1970. */
      start_time: z.number(),
      end_time: z.number(),
    }),
  ),
})

const types = z.object({
  activity_types: z.record(
    z.string(),
    z.object({
      name: z.string(),
      /** What the customer calls it; the id where he calls it nothing. */
      import_id: z.string().nullish(),
      productive: z.boolean(),
      timeoff: z.boolean(),
    }),
  ),
})

/** Reads the answers of `GET /activities` and `GET /activity_types`. Events lie on top of each other; the topmost counts. */
export function readAssembledSchedules(activitiesBody: unknown, typesBody: unknown): ReadPlans {
  const [told, kinds] = [activities.safeParse(activitiesBody), types.safeParse(typesBody)]
  if (!told.success || !kinds.success) {
    return { kind: 'refused', faults: [told.error, kinds.error].flatMap(shapeFaults) }
  }
  const faults: FileFault[] = []
  const plans: AgentPlan[] = []
  for (const [id, one] of Object.entries(told.data.activities)) {
    const place = `activities.${id}`
    const type = kinds.data.activity_types[one.type_id]
    const [from, to] = [one.start_time * 1000, one.end_time * 1000]
    const times = { start_time: from, end_time: to }
    const wrong = Object.entries(times).filter(([, at]) => !Number.isSafeInteger(at))
    for (const [field] of wrong) faults.push({ place, field, detail: 'is no whole milliseconds' })
    if (wrong.length === 0 && to <= from) {
      faults.push({ place, field: 'end_time', detail: 'is not after start_time' })
    }
    if (type === undefined) {
      const choices = Object.keys(kinds.data.activity_types)
      faults.push({ place, field: 'type_id', detail: 'there is no such activity type', choices })
      continue
    }
    if (wrong.length > 0) continue
    const segment = plannedSegmentSchema.parse({
      ...{ from, to, code: type.import_id || one.type_id, name: type.name },
      ...{ productive: type.productive, timeOff: type.timeoff, tracked: !type.timeoff },
    })
    plans.push({ agent: one.agent_id, segments: [segment], named: { place, field: 'agent_id' } })
  }
  return faults.length > 0
    ? { kind: 'refused', faults }
    : { kind: 'understood', plans: plansOf(plans) }
}
