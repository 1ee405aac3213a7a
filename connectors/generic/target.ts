import { z } from 'zod'
import { intervalFormSchema } from '../form/interval-form.ts'
import { stateFormSchema } from '../form/state-form.ts'

/** A target that is set up without code: what it takes of intervals, by the names of exports, and of agents' states. */
export const targetSchema = z.strictObject({
  /** The WFM product, as mappings, identities and exports are told. */
  target: z.string().regex(/^[a-z][a-z0-9-]*$/, 'is no name such as calabrio or assembled-emea'),
  files: z.record(z.string().min(1), intervalFormSchema).default({}),
  states: stateFormSchema.optional(),
})

export type Target = z.infer<typeof targetSchema>
