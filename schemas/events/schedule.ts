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

/** What `schedule.set` has in its attributes: all that is planned from `since` to `until`, flat and in the order of time. */
export const plannedSchema = z
  .object({ segments: z.array(plannedSegmentSchema) })
  .refine(({ segments }) =>
    segments.every(
      ({ from, to }, index) => from < to && from >= (segments[index - 1]?.to ?? -Infinity),
    ),
  )

/** What is agreed beside the plan: another code, not to measure, or to accept whatever the agent did. */
export const exceptionKinds = ['replace', 'exclude', 'excuse'] as const
export type ExceptionKind = (typeof exceptionKinds)[number]

/** What `schedule.excepted` has in its attributes. Of one id and one stretch the later holds; the stretch never changes. */
export const exceptedSchema = z
  .object({
    exception: z.string().min(1),
    kind: z.enum(exceptionKinds),
    /** Of `replace`: what he does instead. */
    code: z.string().min(1).nullable().default(null),
    approvedBy: z.string().default(''),
    /** It does not hold any more. */
    withdrawn: z.boolean().default(false),
  })
  .refine(({ kind, code }) => (kind === 'replace') === (code !== null))

export type Excepted = z.infer<typeof exceptedSchema>
