import { z } from 'zod'

// Workers, queues, activities and workflows with their history: the question and the answer of /v1/dimensions.

export const dimensions = ['workers', 'queues', 'activities', 'workflows'] as const

/** How names beside ids are given: as they were, or as they are. */
export const namings = ['was', 'is'] as const

const instant = z.string().describe('ISO 8601 in UTC')

export const dimensionParamsSchema = z.object({ dimension: z.enum(dimensions) })

export const dimensionQuerySchema = z.strictObject({
  at: z
    .string()
    .optional()
    .describe(
      'As of this instant, one row each: ISO 8601 with an offset, or UTC. Without it the whole history',
    ),
  id: z
    .preprocess(
      (given) => (given === undefined || Array.isArray(given) ? given : [given]),
      z.array(z.string()).max(500).optional(),
    )
    .describe('Of these only; may be repeated'),
})

const stretch = z
  .object({
    workspace: z.string(),
    id: z.string(),
    name: z.string().nullable().describe('Null: never told'),
    expression: z.string().nullable().optional().describe('Of queues. Null: never told'),
    isAvailable: z.boolean().nullable().optional().describe('Of activities. Null: never told'),
    since: instant.describe('When it was first told; it may have been so before'),
    until: instant.nullable().describe('When something else was told; null: it is the newest'),
    isCurrent: z.boolean(),
    isDeleted: z.boolean().describe('Deleted by now; with `at`, by then'),
    deletedAt: instant.nullable(),
  })
  .describe('A stretch of time in which nothing of this changed')

export const dimensionSchema = z.object({
  dimension: z.enum(dimensions),
  at: instant.nullable(),
  rows: z.array(stretch).describe('By workspace, id and time'),
})

export type DimensionName = (typeof dimensions)[number]
export type Naming = (typeof namings)[number]
export type Dimension = z.infer<typeof dimensionSchema>
export type DimensionQuery = z.infer<typeof dimensionQuerySchema>
