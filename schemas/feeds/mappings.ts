import { z } from 'zod'
import { contactPhases, mappingSchema, wfmClasses } from '../events/mapping.ts'

// How agents become what WFM products call them, and since when: the answers of /v1/mappings. An instant is milliseconds since
// 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)
const ms = z.int().min(0)

const mappingSetSchema = z.object({
  target: z.string(),
  version: z.int().min(1).describe("By the target's own count"),
  from: instant.describe('From when on it holds'),
  setAt: instant.nullable().describe('When the ledger had it'),
  mapping: mappingSchema,
})

export const mappingsAnswerSchema = z.object({
  at: instant,
  inForce: z.array(mappingSetSchema).describe('What holds at that instant, one of each target'),
  versions: z
    .array(mappingSetSchema)
    .describe('All that were ever set, by target in the order in which they hold'),
})

export const mappingSetResultSchema = z.object({
  target: z.string(),
  version: z.int().min(1),
  from: instant,
  isNew: z.boolean().describe('false: the same had been set before, and nothing was added'),
})

const stateSchema = z.object({
  code: z.string(),
  reason: z.string().nullable(),
  text: z.string(),
  class: z.enum(wfmClasses),
  loggedOn: z.boolean(),
  countsAsContact: z.boolean(),
  paid: z.boolean(),
})

const unmappedSchema = z
  .object({ of: z.enum(['activity', 'contact']), name: z.string() })
  .nullable()
  .describe('What no rule maps, so that the fallback speaks')

export const mappingExplainedSchema = z.object({
  ...{ target: z.string(), worker: z.string(), at: instant },
  version: z.int().min(1).nullable().describe('Of the mapping in force; null: none was yet'),
  told: z
    .object({
      state: stateSchema,
      from: instant,
      to: instant.nullable().describe('null: he is still in it'),
      version: z.int().min(1).describe('Of the mapping by which it began'),
      rules: z.array(z.string()),
    })
    .nullable()
    .describe('The stretch that the target is told; null: none was mapped'),
  moment: z
    .object({
      activity: z
        .object({ id: z.string(), name: z.string(), class: z.string(), since: instant })
        .nullable(),
      contacts: z.array(
        z.object({
          ...{ task: z.string(), channel: z.string(), phase: z.enum(contactPhases) },
          ...{ direction: z.string(), queue: z.string(), workflow: z.string().nullable() },
          since: instant,
        }),
      ),
      attributes: z.record(z.string(), z.unknown()),
    })
    .nullable()
    .describe('What he was and did; null: nobody had heard of him'),
  mapped: z
    .object({ state: stateSchema, rules: z.array(z.string()), unmapped: unmappedSchema })
    .nullable()
    .describe('What the rules give at that instant; told is another where it did not last'),
  tried: z
    .array(
      z.object({
        rule: z.string().describe('Its place in the file'),
        name: z.string().nullable(),
        failed: z
          .string()
          .nullable()
          .describe(
            'The first condition that did not hold, or effective: its dates; null: it gave',
          ),
      }),
    )
    .describe('The rules that were looked at, in that order'),
})

export const mappingCoverageSchema = z.object({
  from: instant,
  to: instant,
  targets: z.array(
    z.object({
      target: z.string(),
      ms: ms.describe('All time of agents that were known'),
      unmappedMs: ms,
      unmapped: z
        .array(
          z.object({
            of: z.enum(['activity', 'contact']),
            name: z.string().describe('The activity, or channel, phase and direction'),
            ...{ ms, agents: count },
          }),
        )
        .describe('The longest first'),
    }),
  ),
})

export const mappingRehearsalSchema = z.object({
  target: z.string(),
  version: count.describe('What it would be called'),
  isNew: z.boolean().describe('false: the same is set already, for the same instant'),
  from: instant.describe('From when on it would hold'),
  until: instant.describe('Up to when the time was looked at: as far as the tables are'),
  agents: count.describe('How many agents were mapped in both ways'),
  codes: z
    .array(z.object({ code: z.string(), oldMs: ms, newMs: ms }))
    .describe('All time by code, before and after, also of what stays the same'),
  changes: z
    .array(
      z.object({
        ...{ workspace: z.string(), agent: z.string(), agentName: z.string() },
        oldCode: z.string().nullable().describe('null: he was not mapped'),
        oldReason: z.string().nullable(),
        newCode: z.string().nullable(),
        newReason: z.string().nullable(),
        ms: ms.describe('Time that is told otherwise; of equal codes something else differs'),
      }),
    )
    .describe('What would be another state, by agent and codes'),
  isWhole: z.boolean().describe('false: there are more changes than are told'),
})

export type MappingsAnswer = z.infer<typeof mappingsAnswerSchema>
export type MappingSetResult = z.infer<typeof mappingSetResultSchema>
export type MappingExplained = z.infer<typeof mappingExplainedSchema>
export type MappingCoverage = z.infer<typeof mappingCoverageSchema>
export type MappingRehearsal = z.infer<typeof mappingRehearsalSchema>
