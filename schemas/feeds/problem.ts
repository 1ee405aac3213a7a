import { z } from 'zod'

/** What a wrong call is answered with: problem details by RFC 9457, with every place where it is wrong. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          field: z.string(),
          detail: z.string(),
          line: z.int().optional().describe('Of a file: where in it, counted from 1'),
          column: z.int().optional(),
          choices: z.array(z.string()).optional().describe('What would have been right'),
        }),
      )
      .optional(),
  })
  .describe('Problem details, RFC 9457')

export type Problem = z.infer<typeof problemSchema>
export type ProblemError = NonNullable<Problem['errors']>[number]

/** All that a schema finds, by field; what is wrong with the whole has the name given to it. */
export function schemaErrors(error: z.ZodError | undefined, whole = ''): readonly ProblemError[] {
  return (error?.issues ?? []).map(({ path, message }) => ({
    field: path.join('.') || whole,
    detail: message,
  }))
}
