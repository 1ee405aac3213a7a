import { z } from 'zod'

export type ActivityClass = 'available' | 'aux' | 'offline'
export type ReasonClass = 'customer' | 'diverted' | 'system'

const thresholds = {
  /** A wait of up to this long is within the service level. */
  slThresholdMs: z.int().min(0),
  /** An abandon after less than this is short. 0: none is. */
  shortAbandonMs: z.int().min(0),
}

const limitMs = z.int().min(1)
const hourMs = 3_600_000

/** How long the hub waits for an end before it closes what nobody has ended (R13); the truth, should it come, opens it again. */
const limits = {
  /** An offer that is neither taken nor refused. */
  offerMs: limitMs.default(hourMs),
  /** After-contact work that nobody completes. */
  wrapupMs: limitMs.default(8 * hourMs),
  /** Talking that nobody ends, by channel; in a channel that is not here it may take as long as a task. */
  handleMs: z.record(z.string(), limitMs).default({ voice: 24 * hourMs }),
  /** A task of which nothing is heard any more: TaskRouter keeps none for longer. */
  taskMs: limitMs.default(14 * 24 * hourMs),
}

/** The parameters of the metrics that a customer may set, with the dictionary's defaults. */
export const definitionsSchema = z
  .object({
    slThresholdMs: thresholds.slThresholdMs.default(20_000),
    shortAbandonMs: thresholds.shortAbandonMs.default(5_000),
    /** A visit that goes on in the same queue within this time is one visit. */
    sameQueueMergeMs: z.int().min(0).default(1_000),
    /** Why tasks are canceled: reason → class. A reason that is not here is the customer's own. */
    cancelReasons: z.record(z.string(), z.enum(['customer', 'diverted', 'system'])).default({
      'Task canceled on Workflow timeout': 'system',
      'Task TTL Exceeded': 'system',
      callback_requested: 'diverted',
    }),
    /** Activities by name or sid, where the source's own `available` flag does not tell enough. */
    activities: z.record(z.string(), z.enum(['available', 'aux', 'offline'])).default({}),
    queues: z.record(z.string(), z.object(thresholds).partial()).default({}),
    limits: z.object(limits).prefault({}),
    /** The length of a base interval. One ledger has one: that of the set that holds from the earliest instant. */
    intervalMinutes: z.literal([5, 15, 30]).default(15),
  })
  .refine((definitions) => definitions.shortAbandonMs <= definitions.slThresholdMs, {
    message: 'shortAbandonMs must not be above slThresholdMs',
  })

export type Definitions = z.infer<typeof definitionsSchema>

export const defaultDefinitions: Definitions = definitionsSchema.parse({})
