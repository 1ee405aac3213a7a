import { z } from 'zod'
import { adherenceSchema } from './adherence.ts'

export const activityClasses = ['available', 'aux', 'offline'] as const
export type ActivityClass = (typeof activityClasses)[number]

export const reasonClasses = ['customer', 'diverted', 'system'] as const
export type ReasonClass = (typeof reasonClasses)[number]

/** The rates that divide the same sums in the several ways in which a service level is understood. */
export const slFormulas = [
  'sl_ex_short',
  'sl_answered_only',
  'sl_all_abandons',
  'sl_ex_in_threshold',
  'sl_abandons_positive',
  'sl_short_positive',
  'sl_incl_flow_out',
] as const

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

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

/** Which rate views show where nobody asks for another; it changes no stored number. */
const slFormula = z.enum(slFormulas)

const ofChannel = z.strictObject({ ...thresholds, slFormula }).partial()

/** What holds in one queue and is not as everywhere else. */
const ofQueue = ofChannel.extend({ channels: z.record(z.string(), ofChannel).optional() })

/** Why tasks are canceled: reason → class. */
const cancelReasons = z.record(z.string(), z.enum(reasonClasses))

const site = z.strictObject({
  /** An IANA time zone. */
  zone: z.string().min(1),
  dayStartsAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of the day, such as "04:00"')
    .default('00:00'),
  weekStartsOn: z.enum(weekdays).default('monday'),
})

const byDefault = { slThresholdMs: 20_000, shortAbandonMs: 5_000 }

/** All that a customer may set, with the dictionary's defaults. */
const parameters = {
  slThresholdMs: thresholds.slThresholdMs.default(byDefault.slThresholdMs),
  shortAbandonMs: thresholds.shortAbandonMs.default(byDefault.shortAbandonMs),
  /** A visit that goes on in the same queue within this time is one visit. */
  sameQueueMergeMs: z.int().min(0).default(1_000),
  slFormula: slFormula.default('sl_ex_short'),
  /** Which visits a service level is of: those that ended in a period, that arrived in it, or whose fate became known. */
  slBasis: z.enum(['event', 'cohort', 'sl_event']).default('event'),
  /** The rate of abandons that views show: short ones count, or they do not. */
  abandonTreatment: z.enum(['abandon_rate', 'abandon_rate_ex_short']).default('abandon_rate'),
  /** A reason that is not here is the customer's own. */
  cancelReasons: cancelReasons.default({
    'Task canceled on Workflow timeout': 'system',
    'Task TTL Exceeded': 'system',
    callback_requested: 'diverted',
  }),
  /** By the unique name of a task channel: what goes before the reasons for all. */
  channels: z.record(z.string(), z.strictObject({ cancelReasons }).partial()).default({}),
  /** Activities by name or sid, where the source's own `available` flag does not tell enough. */
  activities: z.record(z.string(), z.enum(activityClasses)).default({}),
  /** Activities by name or sid whose time is productive. */
  productiveActivities: z.array(z.string().min(1)).default([]),
  /** By the id or the name of a queue. */
  queues: z.record(z.string(), ofQueue).default({}),
  sites: z.record(z.string(), site).default({}),
  limits: z.strictObject(limits).prefault({}),
  adherence: adherenceSchema.prefault({}),
  /** The length of a base interval. One ledger has one: that of the set that holds from the earliest instant. */
  intervalMinutes: z.literal([5, 15, 30]).default(15),
}

/** What may stand in a file of definitions. */
export const definitionsFileSchema = z.strictObject(parameters)

/** The same as the ledger keeps it, with the number that the hub has given it; 0 is what holds where nobody set any. */
export const definitionsSchema = z
  .object({ ...parameters, version: z.int().min(0).default(0) })
  .superRefine((definitions, context) => {
    for (const { path, message } of thresholdFaults(definitions)) {
      context.addIssue({ code: 'custom', path: [...path], message })
    }
  })

export type Definitions = z.infer<typeof definitionsSchema>

export const defaultDefinitions: Definitions = definitionsSchema.parse({})

interface Thresholds {
  readonly slThresholdMs?: number | undefined
  readonly shortAbandonMs?: number | undefined
}

interface ThresholdsOfQueues extends Thresholds {
  readonly queues?:
    | Readonly<
        Record<
          string,
          Thresholds & { readonly channels?: Readonly<Record<string, Thresholds>> | undefined }
        >
      >
    | undefined
}

export interface ThresholdFault {
  readonly path: readonly string[]
  readonly message: string
}

/**
 * Where a short abandon would be longer than the service level's threshold (U21), at any level with what it inherits. A
 * fault is told once, where it is made.
 */
export function thresholdFaults(definitions: ThresholdsOfQueues): readonly ThresholdFault[] {
  const faults: ThresholdFault[] = []
  const check = (path: readonly string[], own: Thresholds, inherited: typeof byDefault) => {
    const slThresholdMs = own.slThresholdMs ?? inherited.slThresholdMs
    const shortAbandonMs = own.shortAbandonMs ?? inherited.shortAbandonMs
    const isOwn = own.slThresholdMs !== undefined || own.shortAbandonMs !== undefined
    if (isOwn && shortAbandonMs > slThresholdMs) {
      const field = own.shortAbandonMs === undefined ? 'slThresholdMs' : 'shortAbandonMs'
      const message = `a short abandon (${shortAbandonMs} ms) must not be longer than the threshold of the service level (${slThresholdMs} ms)`
      faults.push({ path: [...path, field], message })
    }
    return { slThresholdMs, shortAbandonMs }
  }
  const everywhere = check([], definitions, byDefault)
  for (const [queue, own] of Object.entries(definitions.queues ?? {})) {
    const inQueue = check(['queues', queue], own, everywhere)
    for (const [channel, inChannel] of Object.entries(own.channels ?? {})) {
      check(['queues', queue, 'channels', channel], inChannel, inQueue)
    }
  }
  return faults
}
