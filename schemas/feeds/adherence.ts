import { z } from 'zod'
import { exceptionKinds } from '../events/schedule.ts'

// How agents keep to their plans this second and today: the answers of /v1/adherence and its stream. An instant is milliseconds since 1970 in UTC.

const instant = z.int()
const ms = z.int().min(0)

export const standings = [
  ...(['adherent', 'nonadherent', 'graced', 'excused', 'excluded', 'unknown'] as const),
  ...(['untracked', 'unplanned'] as const),
] as const

const today = z
  .object({
    scheduledMs: ms,
    adherentMs: ms,
    nonadherentMs: ms,
    gracedMs: ms,
    excusedMs: ms,
    excludedMs: ms,
    unscheduledWorkMs: ms,
    unknownMs: ms.describe('Planned time in which a source was silent: in no other number'),
    confScheduledMs: ms,
    confActualMs: ms,
    adherence: z.number().nullable().describe('null: nothing has been planned so far'),
    conformance: z.number().nullable(),
  })
  .describe('From the beginning of the day in the zone up to now, by the plan as it is now')

/** What of `today` is a sum of time. */
export const adherenceCounters = [
  ...(['scheduledMs', 'adherentMs', 'nonadherentMs', 'gracedMs', 'excusedMs'] as const),
  ...(['excludedMs', 'unscheduledWorkMs', 'unknownMs', 'confScheduledMs'] as const),
  'confActualMs',
] as const satisfies readonly (keyof z.infer<typeof today>)[]

const agentNow = z.object({
  ...{ agent: z.string(), workspace: z.string(), name: z.string() },
  team: z.object({ id: z.string().nullable(), name: z.string() }).nullable(),
  planned: z
    .string()
    .nullable()
    .describe('The code, with what was agreed beside the plan; null: nothing is planned'),
  plannedUntil: instant.nullable().describe('When `planned` ends; null: no plan was read of now'),
  actual: z.string().nullable().describe('What he does, in the same words; null: there is none'),
  standing: z.enum(standings).describe('What this moment counts as, as far as is known'),
  isOut: z.boolean().describe('Out of adherence: measured, not as planned, and not excused'),
  outSince: instant.nullable(),
  today,
  counting: z
    .array(z.enum(adherenceCounters))
    .describe('What of `today` goes on with the clock as long as nothing changes'),
})

const fresh = {
  asOf: instant,
  from: instant.describe('The beginning of the day'),
  zone: z.string(),
  tablesAsOf: instant.nullable().describe('Up to when the tables are complete; null: not known'),
}

const zone = z.string().default('UTC').describe('An IANA time zone: whose day today is')

export const adherenceQuerySchema = z.strictObject({
  team: z.string().optional().describe('Only of this team, by id or name'),
  out: z.stringbool().optional().describe('true: only who is out of adherence'),
  zone,
})

export const adherenceStreamQuerySchema = adherenceQuerySchema.extend({
  last_event_id: z
    .string()
    .optional()
    .describe('The id of the last event seen, where the header cannot be set'),
})

export const adherenceAnswerSchema = z.object({ ...fresh, agents: z.array(agentNow) })

/** What a stream sends after the snapshot: who is otherwise, whole, and who is not asked for any more. */
export const adherenceChangesSchema = z.object({
  ...fresh,
  agents: z.array(agentNow),
  removed: z.array(z.string()).describe('Agents who have no plan of today now, or left the filter'),
})

/** What a stream sends between changes. */
export const adherenceFreshnessSchema = z.object({
  ...fresh,
  reading: z.boolean().describe('False while the tables cannot be read: what was told may be old'),
})

export const agentAdherenceQuerySchema = z.strictObject({ zone })

export const agentAdherenceAnswerSchema = z.object({
  ...fresh,
  agent: agentNow,
  plan: z
    .array(
      z.object({
        ...{ from: instant, to: instant },
        code: z.string().nullable().describe('null: it was read that nothing is planned'),
        ...{ name: z.string(), tracked: z.boolean() },
      }),
    )
    .describe('Of the whole day'),
  exceptions: z.array(
    z.object({
      ...{ from: instant, to: instant, kind: z.enum(exceptionKinds) },
      code: z.string().nullable(),
    }),
  ),
  actual: z.array(z.object({ from: instant, to: instant.nullable(), code: z.string().nullable() })),
  spans: z
    .array(
      z.object({
        ...{ from: instant, to: instant, planned: z.string().nullable() },
        actual: z.string().nullable(),
        standing: z.enum(standings),
        outSince: instant.nullable().describe('Of what is out of adherence: since when'),
      }),
    )
    .describe('What the day has counted as so far'),
})

export type AdherenceAnswer = z.infer<typeof adherenceAnswerSchema>
export type AgentAdherenceAnswer = z.infer<typeof agentAdherenceAnswerSchema>
export type AgentNow = z.infer<typeof agentNow>
export type AdherenceChanges = z.infer<typeof adherenceChangesSchema>
export type AdherenceFreshness = z.infer<typeof adherenceFreshnessSchema>
export type AdherenceCounter = (typeof adherenceCounters)[number]
export type AdherenceToday = z.infer<typeof today>
