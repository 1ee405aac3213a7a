import { z } from 'zod'
import { graceModes } from '../events/adherence.ts'
import { exceptionKinds } from '../events/schedule.ts'
import { standings } from './adherence.ts'
import { agentStates } from './state.ts'

// What is added up in a number of adherence: the stretches that count in it, each with all that makes it count.

const instant = z.string().describe('ISO 8601 in UTC')
const lasting = { from: instant, to: instant.nullable().describe('null: it goes on') }

const plan = z
  .object({
    event: z.string().describe('The event that tells of the reading'),
    readAt: instant.describe('When the plan was read: of two readings the later holds'),
    segment: z
      .object({
        ...{ from: instant, to: instant, code: z.string(), name: z.string() },
        tracked: z.boolean().describe('It is measured that he keeps to it'),
        paid: z.boolean().nullable().describe('null: the plan does not say, so the code decides'),
        productive: z.boolean().nullable(),
      })
      .nullable()
      .describe('null: it was read that nothing is planned'),
  })
  .nullable()
  .describe('What the plan says; null: none was read of that time')

const exception = z.object({
  event: z.string(),
  exception: z.string().describe('Its id'),
  kind: z.enum(exceptionKinds),
  code: z.string().nullable(),
  ...{ from: instant, to: instant },
})

const state = z
  .object({
    ...{ state: z.enum(agentStates), activity: z.string(), activityName: z.string(), ...lasting },
  })
  .nullable()
  .describe('What he was; null: nothing is known')

const mapped = z
  .object({
    target: z.string(),
    ...{ code: z.string(), reason: z.string().nullable() },
    version: z.int().min(1).describe('Of the mapping by which it began'),
    rules: z.array(z.string()).describe('Their places in the file; none: the fallback'),
    ...lasting,
  })
  .nullable()
  .describe('What a target was told of it; null: the codes are those of activities')

const run = z
  .object({ from: instant, to: instant, graceMs: z.int().min(0), graceMode: z.enum(graceModes) })
  .nullable()
  .describe('The stretch out of adherence that it is part of, and the grace by which it was judged')

const gap = z.object({
  source: z.string(),
  worker: z.string().nullable().describe('null: of all'),
  ...lasting,
})

export const explainedStretchSchema = z.object({
  ...{ from: instant, to: instant, ms: z.int().min(1).describe('Its part of the number') },
  planned: z.string().nullable().describe('The code, with what was agreed beside the plan'),
  actual: z.string().nullable().describe('What he did, in the same words'),
  standing: z.enum(standings).describe('What it counts as'),
  definitions: z.int().describe('The version of the definitions by which it is judged'),
  ...{ plan, exceptions: z.array(exception), state, mapped, run, gaps: z.array(gap) },
})

export type ExplainedStretch = z.infer<typeof explainedStretchSchema>
