import { z } from 'zod'

// How each source of events is heard. An instant is milliseconds since 1970 in UTC.

const instant = z.int()
const count = z.int().min(0)

/** The doors that every hub has, also where nothing has come in by them yet. */
export const expectedSources = [
  'twilio-taskrouter',
  'twilio-conversations',
  'twilio-voice',
  'twilio-messaging',
] as const

export const sourceGapSchema = z.object({
  from: instant,
  to: instant.nullable().describe('Null while it goes on'),
  reason: z.string().describe('silence, missing, hub_down, sink_failed, …'),
})

export const sourceSchema = z.object({
  source: z.string(),
  state: z
    .enum(['ok', 'silent', 'gap', 'never'])
    .describe('silent: nothing for a while; gap: events are known to be missing; never: not heard'),
  lastEventAt: instant.nullable().describe('When the newest event happened'),
  lastReceivedAt: instant.nullable().describe('When an event last came by a road of the source'),
  delaySeconds: z
    .number()
    .nullable()
    .describe('From happening to being received: the median of the last hour'),
  skewSeconds: z
    .number()
    .nullable()
    .describe(
      'The shortest way from happening, by the source’s clock, to being received, by ours, in the last hour: below 0 the clock of the source is ahead, far above 0 it is behind or nothing comes in time',
    ),
  ratePerMinute: z.number().describe('Events of the last quarter of an hour'),
  gaps: z.array(sourceGapSchema).describe('Open gaps of the last thirty days'),
  errors: z
    .array(z.object({ code: z.string(), count }))
    .describe('What the source has reported as its own faults in 24 hours'),
  signatureFailures: count.describe('Since the start of this process'),
  refusals: count.describe('To the dead letters since the start of this process'),
})

export const sourcesSchema = z.object({
  at: instant,
  sources: z.array(sourceSchema),
  sinkTestId: z
    .string()
    .nullable()
    .describe(
      'The last test of Event Streams that came to this process, to be told back to Twilio',
    ),
})

export type SourceState = z.infer<typeof sourceSchema>
export type Sources = z.infer<typeof sourcesSchema>
