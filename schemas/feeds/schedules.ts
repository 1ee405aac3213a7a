import { z } from 'zod'
import { exceptionKinds, plannedSegmentSchema } from '../events/schedule.ts'
import { importedOf, importQueryOf } from './imported.ts'

// What is planned for agents, and what is agreed beside it: the questions and answers of /v1/schedules. An instant in an answer is
// milliseconds since 1970 in UTC.

export const scheduleFormats = ['csv', 'json', 'calabrio', 'assembled'] as const

const instant = z.int()

/** The body of an import in our own words; what is planned of other agents stays. */
export const scheduleBodySchema = z.strictObject({
  agents: z.array(
    z.strictObject({
      agent: z
        .string()
        .min(1)
        .describe(
          'By sid, or by a name that only one has: that of TaskRouter, a logon, an e-mail address or an external id',
        ),
      segments: z.array(
        plannedSegmentSchema.refine(({ from, to }) => from < to, {
          ...{ path: ['to'], error: 'is not after from' },
        }),
      ),
    }),
  ),
})

export const scheduleImportQuerySchema = z.strictObject({
  format: z.enum(scheduleFormats).default('csv').describe('What the body is'),
  ...importQueryOf('segment', 'plans'),
})

export const scheduleImportSchema = z.object({
  ...importedOf('nothing was planned'),
  set: z.int().describe('Agents whose plan is another now'),
  unchanged: z.int().describe('Agents whose last reading of the same time said the same'),
  unknown: z
    .array(
      z.object({
        agent: z.string(),
        place: z.string().describe('Where he is named first: `line 3`, `agents.2`'),
        field: z.string(),
        detail: z.string(),
      }),
    )
    .describe(
      'Whom nobody here knows by that name, or several go by: their plans are not taken in',
    ),
})

const segment = plannedSegmentSchema.extend({
  plan: z.string().describe('The event that tells it'),
  readAt: instant,
})

export const agentScheduleSchema = z.object({
  agent: z.string(),
  at: instant.describe('What had been read by then'),
  ...{ from: instant, to: instant },
  segments: z.array(segment).describe('In the order of time, without overlaps'),
  unread: z
    .array(z.object({ from: instant, to: instant }))
    .describe('Time of which no plan was read: nothing is known of it'),
  versions: z
    .array(z.object({ plan: z.string(), readAt: instant, from: instant, to: instant }))
    .describe(
      'The readings that tell of this time something else than the one before, the last last',
    ),
})

export const exceptionBodySchema = z.strictObject({
  agent: z.string().min(1),
  kind: z.enum(exceptionKinds),
  from: z.string().describe('ISO 8601, in UTC where it names no zone'),
  to: z.string(),
  code: z.string().min(1).optional().describe('Of replace: what he does instead'),
  reason: z.string().max(500).default(''),
  approvedBy: z.string().max(200).default(''),
  exception: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('An id; told again with the same stretch, the later holds. Made unless given'),
  agreedAt: z
    .string()
    .optional()
    .describe('When it was agreed on, if that is past; else now, and never later'),
})

const exceptionSchema = z.object({
  ...{ agent: z.string(), exception: z.string(), kind: z.enum(exceptionKinds) },
  ...{ from: instant, to: instant, code: z.string().nullable() },
  ...{ reason: z.string(), approvedBy: z.string(), withdrawn: z.boolean() },
  setAt: instant,
})

export const exceptionAnswerSchema = z.object({ exception: exceptionSchema })
export const exceptionsSchema = z.object({ exceptions: z.array(exceptionSchema) })

export type ScheduleFormat = (typeof scheduleFormats)[number]
export type ScheduleImportQuery = z.infer<typeof scheduleImportQuerySchema>
export type ScheduleImport = z.infer<typeof scheduleImportSchema>
export type AgentSchedule = z.infer<typeof agentScheduleSchema>
export type ScheduleExceptionTold = z.infer<typeof exceptionSchema>
export type ExceptionBody = z.input<typeof exceptionBodySchema>
export type Exceptions = z.infer<typeof exceptionsSchema>

export type ScheduleBody = z.input<typeof scheduleBodySchema>
