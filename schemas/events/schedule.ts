import { z } from 'zod'

/**
 * A stretch that is planned for an agent, in the words of the WFM product that planned it. Instants are milliseconds since
 * 1970, the end not included.
 */
export const plannedSegmentSchema = z.strictObject({
  from: z.int(),
  to: z.int(),
  /** What he is to do, such as a code of the target's. */
  code: z.string().min(1),
  /** The same for people. */
  name: z.string().default(''),
  /** The day of the roster that it is of, `2026-03-02`: a night shift is of the day on which it begins. Null: not told. */
  date: z.iso.date().nullable().default(null),
  /** It is measured that he keeps to it. */
  tracked: z.boolean().default(true),
  /** Null: the plan does not say, so the code decides. */
  paid: z.boolean().nullable().default(null),
  productive: z.boolean().nullable().default(null),
  timeOff: z.boolean().default(false),
  overtime: z.boolean().default(false),
})

export type PlannedSegment = z.infer<typeof plannedSegmentSchema>
