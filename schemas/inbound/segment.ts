import { z } from 'zod'

/** One call of Segment's: only its type is insisted on, since functions and mappings may have reshaped the rest. */
export const segmentCallSchema = z.looseObject({ type: z.string().min(1) })

export type SegmentCall = z.infer<typeof segmentCallSchema>
