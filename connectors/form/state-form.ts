import { z } from 'zod'
import { bodySchema } from './body.ts'

// How a WFM product is told what agents are and do: the body of a message, and of each state in it.

const body = {
  kind: z.enum(['json', 'xml']).default('json'),
  indent: z.int().min(0).max(8).default(2),
}

export const stateFormSchema = z.strictObject({
  ...body,
  /** Where it is not what its kind is, such as text/xml. */
  contentType: z.string().min(1).optional(),
  /** Headers of each message, such as the action of SOAP. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Of a change: {states} is the list of states, {state} the only one. */
  body: bodySchema,
  /** One state in that list. */
  each: bodySchema.default({}),
  /** For targets that are told of a change twice: of the state that was left, before the one that was entered. */
  leave: bodySchema.optional(),
  /** No more states in a message than these. */
  statesMax: z.int().min(1).default(500),
  /** Everybody's state at once, at start and after gaps; without it the target is told changes alone. */
  snapshot: z
    .strictObject({
      body: bodySchema.optional(),
      each: bodySchema.optional(),
      /** Where it is not what holds for changes. */
      statesMax: z.int().min(1).optional(),
      /** Whoever is signed off is not in it. */
      loggedOnOnly: z.boolean().default(true),
      /** After the last message of a snapshot, with headers of its own. */
      close: bodySchema.optional(),
      closeHeaders: z.record(z.string(), z.string()).default({}),
      /** A logon that stands in a snapshot in which nobody else is. */
      nobody: z.string().min(1).optional(),
    })
    .optional(),
  /** Of what a placeholder stands for, the most characters. What people read is cut, what tells who and what is refused. */
  limits: z.record(z.string(), z.int().min(1)).default({}),
})

export type StateForm = z.infer<typeof stateFormSchema>
