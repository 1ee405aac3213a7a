import { z } from 'zod'

/** The execution of a rule (v3): one body for the results of all its operators. Each is looked at by itself. */
export const operatorResultsSchema = z.looseObject({ operatorResults: z.array(z.unknown()) })

export type OperatorResults = z.infer<typeof operatorResultsSchema>
