import { z } from 'zod'
import { agentStates } from './state.ts'

// What an agent did over a day, and what became of a task: from the facts, also of what is long over. An instant is
// milliseconds since 1970 in UTC. Nothing of a customer is in here: no attributes, no addresses, no numbers.

const instant = z.int()
const lengthMs = z.int().min(0)
const end = instant.nullable().describe('Null: it goes on')
const agentName = z.string().describe('As he is called now; the id where no name has been heard')
const queueName = z.string().describe('As it is called now; the id where no name has been heard')

export const timelineAsOf = {
  asOf: instant
    .nullable()
    .describe('Up to when the tables are complete; null: not known in this process'),
}

export const workSchema = z
  .object({
    task: z.string(),
    reservation: z.string(),
    agent: z.string().describe('Empty: nobody has told whom'),
    agentName,
    queue: z.string(),
    queueName,
    channel: z.string(),
    direction: z.string(),
    offeredAt: instant,
    acceptedAt: instant.nullable(),
    wrapUpAt: instant.nullable().describe('When talk and hold were over'),
    endedAt: end,
    outcome: z.string().describe('Of the offer; open while it lasts'),
    holds: z.array(z.object({ from: instant, to: end })),
    ringMs: lengthMs.describe('0 while it goes on, as are the other lengths'),
    talkMs: lengthMs,
    holdMs: lengthMs,
    acwMs: lengthMs,
  })
  .describe('An offer of a task to an agent and, if he took it, the handle')

export const agentTimelineQuerySchema = z.strictObject({
  from: z.string().describe('ISO 8601 with an offset, or local time of `zone`'),
  to: z.string().describe('Not included; no more than 31 days later'),
  zone: z.string().default('UTC').describe('An IANA time zone, for times without an offset'),
})

export const agentTimelineSchema = z.object({
  ...timelineAsOf,
  agent: z.object({ id: z.string(), name: agentName }),
  from: instant,
  to: instant,
  states: z
    .array(
      z.object({
        from: instant,
        to: end,
        state: z.enum(agentStates),
        activity: z.string(),
        activityName: z.string(),
      }),
    )
    .describe('What he did: stretches that reach into the time, in order, as long as they are'),
  work: z.array(workSchema).describe('Offers and handles that reach into the time, in order'),
})

export const taskLifeSchema = z.object({
  ...timelineAsOf,
  task: z.object({
    id: z.string(),
    conversation: z.string(),
    channel: z.string(),
    direction: z.string(),
    createdAt: instant,
    endedAt: end,
    outcome: z.string(),
    endReason: z.string(),
    waitMs: lengthMs,
    talkMs: lengthMs,
    holdMs: lengthMs,
    acwMs: lengthMs,
  }),
  visits: z
    .array(
      z.object({
        queue: z.string(),
        queueName,
        entry: z.string().describe('new, moved, transfer, requeued'),
        enteredAt: instant,
        exitedAt: end,
        disposition: z.string(),
        waitMs: lengthMs,
        slThresholdMs: lengthMs,
      }),
    )
    .describe('Its stays in queues, in order'),
  work: z.array(workSchema).describe('To whom it was offered, and what became of that'),
  transfers: z.array(
    z.object({
      at: instant.nullable(),
      endedAt: end,
      kind: z.string(),
      mode: z.string(),
      outcome: z.string(),
      from: agentName,
      to: z.string().describe('The queue or agent by name'),
    }),
  ),
})

export type Work = z.infer<typeof workSchema>
export type AgentTimeline = z.infer<typeof agentTimelineSchema>
export type TaskLife = z.infer<typeof taskLifeSchema>
