import { z } from 'zod'
import { wfmClasses } from '../events/mapping.ts'

// The adherence feed: what agents are now, in the words of a target. An instant is milliseconds since 1970 in UTC.

const instant = z.int()

export const agentStateSchema = z
  .object({
    agent: z.string().describe('The worker, by sid'),
    sequence: z
      .int()
      .min(1)
      .describe(
        'Of this agent for this target: 1, 2, 3 and so on. Leave out what is not above what you have',
      ),
    since: instant.describe('When the state began'),
    code: z.string(),
    reason: z.string().nullable(),
    text: z.string(),
    class: z.enum(wfmClasses),
    loggedOn: z.boolean(),
    countsAsContact: z.boolean(),
    paid: z.boolean(),
    previousCode: z.string().nullable().describe('What was told before; null: nothing'),
    mappingVersion: z.int(),
    rules: z.array(z.string()).describe('Which rules of the mapping gave it'),
    causeId: z.string().nullable().describe('The event that it follows from; null: time alone'),
    causeAt: instant.describe('When that happened'),
    observedAt: instant.describe('When the hub saw it'),
  })
  .describe('What an agent is now')

export type AgentStateShown = z.infer<typeof agentStateSchema>

export const feedFreshnessSchema = z
  .object({
    toldUntil: instant
      .nullable()
      .describe('Up to when everything is told, where it is farthest behind; null: not known'),
    lagRecords: z.int().min(0),
    reading: z.boolean(),
  })
  .describe('How fresh it is')

const place = {
  target: z.string(),
  at: instant,
  position: z.string().describe('Up to where the feed is in it; for Last-Event-ID and from'),
  freshness: feedFreshnessSchema,
}

export const agentStatesSchema = z
  .object({ ...place, states: z.array(agentStateSchema) })
  .describe("Every agent's state")

export const feedHeartbeatSchema = z.object(place).describe('Nothing is new')

export const feedWaitingSchema = z
  .object({ target: z.string(), at: instant, reason: z.string(), retryAfterSeconds: z.int() })
  .describe('Nobody can say for sure who is logged on; a snapshot follows when somebody can')

export type AgentStatesAnswer = z.infer<typeof agentStatesSchema>
