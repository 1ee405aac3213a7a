import { z } from 'zod'
import { exceptionKinds } from '../events/schedule.ts'

// How agents keep to their plans this second and today: the answers of /v1/adherence. An instant is milliseconds since 1970 in UTC.

const instant = z.int()
const ms = z.int().min(0)

const standings = [
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

const agentNow = z.object({
  ...{ agent: z.string(), workspace: z.string(), name: z.string() },
  team: z.object({ id: z.string().nullable(), name: z.string() }).nullable(),
  planned: z
    .string()
    .nullable()
    .describe('The code, with what was agreed beside the plan; null: nothing is planned'),
  plannedUntil: instant.nullable().describe('When the plan says something else'),
  actual: z.string().nullable().describe('What he does, in the same words; null: there is none'),
  standing: z.enum(standings).describe('What this moment counts as, as far as is known'),
  isOut: z.boolean().describe('Out of adherence: measured, not as planned, and not excused'),
  outSince: instant.nullable(),
  today,
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

export const adherenceAnswerSchema = z.object({ ...fresh, agents: z.array(agentNow) })

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
export type AdherenceToday = z.infer<typeof today>
