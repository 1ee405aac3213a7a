import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { readInstant } from '../time/zone.ts'
import { wrongParameters } from './twilio-answer.ts'

// The parameters of TaskRouter's statistics, by TaskRouter's names. Dates are read as ISO 8601, in UTC where they tell no
// offset.

const date = z.string().transform((text, context) => {
  const read = readInstant(text, 'UTC')
  if (read.kind === 'instant') return read.at
  context.addIssue({ code: 'custom', message: read.detail })
  return z.NEVER
})

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `is no whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `is not from ${min} to ${max}`)
    .optional()

const name = z.string().min(1, 'is empty').optional()

const channel = { TaskChannel: name.describe("A task channel's unique name or sid") }

const times = {
  Minutes: wholeNumber(1, 999_999_999).describe('The last so many minutes; 15 unless given'),
  StartDate: date.optional().describe('The beginning, ISO 8601'),
  EndDate: date.optional().describe('The end, not included, ISO 8601; now unless given'),
}

const splits = {
  SplitByWaitTime: z
    .string()
    .regex(/^\d{1,6}(,\d{1,6}){0,49}$/, 'is no list of up to 50 whole seconds, such as 5,30')
    .transform((text) => [...new Set(text.split(',').map(Number))].sort((a, b) => a - b))
    .optional()
    .describe('Waits in seconds, with commas between them: how many were longer than each, or not'),
}

export const realTimeQuery = z.strictObject(channel)
export const cumulativeQuery = withTimes({ ...channel, ...splits })
export const workerQuery = withTimes(channel)
export const workersQuery = withTimes({
  ...channel,
  TaskQueueSid: name.describe('Only workers whom this queue may use'),
  TaskQueueName: name.describe('The same, by the name of the queue'),
  FriendlyName: name.describe('Only workers of this name'),
})
export const queuesQuery = withTimes({
  ...{ ...channel, ...splits },
  FriendlyName: name.describe('Only queues of this name'),
  PageSize: wholeNumber(1, 1_000).describe('Queues a page; 50 unless given'),
  Page: wholeNumber(0, 999_999_999).describe('Number of the page, from 0'),
  PageToken: name.describe('Means nothing here: a page is told by its number'),
})

export const queueSidsBody = z.strictObject({
  queueSids: z.array(z.string()).min(1, 'is empty').describe('Sids of task queues, any number'),
})

function withTimes<T extends z.ZodRawShape>(shape: T) {
  return z
    .strictObject({ ...times, ...shape })
    .refine((query) => !('Minutes' in query && ('StartDate' in query || 'EndDate' in query)), {
      path: ['Minutes'],
      error: 'cannot be given together with StartDate or EndDate',
      // Told together with whatever else is wrong.
      when: () => true,
    })
}

interface AskedTimes {
  readonly Minutes?: number | undefined
  readonly StartDate?: Instant | undefined
  readonly EndDate?: Instant | undefined
}

const minutesDefault = 15
const minuteMs = 60_000

/** The stretch of time that is asked for; throws a `TwilioAnswer` if it ends before it begins. */
export function windowOf({ Minutes, StartDate, EndDate }: AskedTimes, now: Instant): Span {
  // Answers tell whole seconds, so they are about whole seconds.
  const to = EndDate ?? now - (now % 1000)
  const from = StartDate ?? Math.max(0, to - (Minutes ?? minutesDefault) * minuteMs)
  if (from < to) return { from, to }
  const end = EndDate === undefined ? 'now' : 'EndDate'
  throw wrongParameters([{ field: 'StartDate', detail: `is not before ${end}` }])
}
