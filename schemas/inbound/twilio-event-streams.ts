import { z } from 'zod'

/**
 * One event of Event Streams: a CloudEvent with members that Twilio does not always keep in form. The documentation's
 * own examples put a time where the content type belongs and leave the time out, and a Kinesis sink sends `data` as a
 * string; so only the type is insisted on, and the rest is taken for what it turns out to be. What is not named here is
 * kept with the text of the event.
 */
export const eventStreamsEventSchema = z.object({
  type: z.string().min(1),
  id: z.unknown().optional(),
  time: z.unknown().optional(),
  datacontenttype: z.unknown().optional(),
  data: z.unknown().optional(),
})

export type EventStreamsEvent = z.infer<typeof eventStreamsEventSchema>
