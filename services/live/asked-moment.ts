import { z } from 'zod'
import { stateClocks } from '../../schemas/feeds/state.ts'

/** The parameters by which a call asks for another second than this one. */
export const momentFields = {
  at: z
    .string()
    .optional()
    .describe('An instant of the past in ISO 8601, with its offset or in UTC; else this second'),
  as: z
    .enum(stateClocks)
    .optional()
    .describe(
      'With `at`: `happened`, with all that is known now (unless given); `known`, with what had arrived by then',
    ),
}

export interface AskedMoment {
  readonly at?: string | undefined
  readonly as?: (typeof stateClocks)[number] | undefined
}
