import { z } from 'zod'

export const graceModes = ['all_or_nothing', 'deduct'] as const

const codes = z.array(z.string().min(1))
const lengthMs = z.int().min(0)

/** How it is measured that agents keep to their plans. */
export const adherenceSchema = z.strictObject({
  /** The target whose mapping says what code an agent is in; without it `activityCodes` do. */
  target: z.string().min(1).optional(),
  /** The code of each activity, by name or sid; null, or not there: he is in no code. */
  activityCodes: z.record(z.string(), z.string().min(1).nullable()).default({}),
  /** Who works is in the first productive code, whatever his activity; a target's mapping decides that by itself. */
  workOverridesActivity: z.boolean().default(true),
  /** By planned code the codes that satisfy it; one that is not here is satisfied by itself alone. */
  accept: z.record(z.string(), codes).default({}),
  /** What means "open for work", where a plan does not say it of a segment. */
  productiveCodes: codes.default([]),
  /** Planned codes that are not paid, where a plan does not say it of a segment. */
  unpaidCodes: codes.default([]),
  /** Out of adherence for no longer than this where the plan changes is forgiven. */
  graceMs: lengthMs.default(0),
  /** A longer stretch counts whole, or less by that. */
  graceMode: z.enum(graceModes).default('all_or_nothing'),
  /** A shorter stretch out of adherence is in no list of exceptions; it counts all the same. */
  minimumExceptionMs: lengthMs.default(0),
})

export type AdherenceParameters = z.infer<typeof adherenceSchema>
