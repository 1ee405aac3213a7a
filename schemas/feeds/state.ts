import { z } from 'zod'
import { directions } from '../events/ledger-event.ts'

// The routing state of this second as the API shows it. An instant is milliseconds since 1970 in UTC. Nothing of a
// customer is in here: no attributes, no addresses, no numbers.

const instant = z.int()
const count = z.int().min(0)

export const taskStatuses = ['waiting', 'ringing', 'handling', 'wrapping'] as const

export const agentStates = [
  'talk',
  'hold',
  'acw',
  'alert',
  'idle',
  'aux',
  'offline',
  'work_offline',
] as const

export const legPhases = ['ringing', 'talk', 'hold', 'acw'] as const

export const taskStateSchema = z
  .object({
    id: z.string(),
    workspace: z.string(),
    channel: z.string().describe("The task channel's unique name"),
    direction: z.enum(directions),
    priority: z.int().nullable(),
    workflow: z.string().nullable(),
    status: z.enum(taskStatuses),
    queue: z.string().nullable().describe('Where it waits, else the queue of the offer or handle'),
    queueName: z.string().nullable(),
    isWaiting: z
      .boolean()
      .describe('In a queue and not answered there: also while it rings, or waits for a transfer'),
    enteredQueueAt: instant.nullable().describe('Since when it is, or last was, in a queue'),
    createdAt: instant,
    agent: z.string().nullable().describe('Who has it, else whom it rings at'),
    agentName: z.string().nullable(),
    reservations: count.describe('Offers made of it so far'),
  })
  .describe('A task that waits, rings, is handled or wrapped up')

export const legSchema = z.object({
  task: z.string(),
  queue: z.string(),
  queueName: z.string(),
  channel: z.string(),
  phase: z.enum(legPhases),
  since: instant.describe('Since when it is in this phase'),
})

export const agentStateSchema = z
  .object({
    id: z.string(),
    workspace: z.string(),
    name: z.string().describe('The id where no name has been heard'),
    team: z
      .object({ id: z.string().nullable(), name: z.string() })
      .nullable()
      .describe("From the worker's attributes team_id and team_name"),
    activity: z.string().nullable().describe('Null: none has been heard of yet'),
    activityName: z.string().nullable(),
    activityClass: z.enum(['available', 'aux', 'offline']).nullable(),
    activitySince: instant.nullable(),
    state: z
      .enum(agentStates)
      .nullable()
      .describe('What the agent does: work goes before the chosen activity. Null as activity is'),
    stateSince: instant.nullable(),
    legs: z.array(legSchema).describe('What rings at the agent or is in hand'),
    channels: z
      .array(
        z.object({
          channel: z.string(),
          isAvailable: z.boolean(),
          capacity: count.describe('How many tasks of it at once'),
          used: count.describe('How many he has, wrapped up and ringing ones included'),
        }),
      )
      .describe('Those of which a capacity has been heard'),
  })
  .describe('An agent, and what he does')

export const queueStateSchema = z
  .object({
    id: z.string(),
    workspace: z.string(),
    name: z.string().describe('The id where no name has been heard'),
    waiting: count.describe('Tasks in it that nobody has answered, those that ring included'),
    oldestWaitingSince: instant.nullable(),
    waitingByPriority: z
      .record(z.string(), count)
      .describe('Of those that wait, by priority; one of which none was told has 0'),
    waitingByChannel: z.record(z.string(), count),
    slAtRisk: count.describe(
      'Of those that wait, within the service level yet, but not for more than a fifth of its threshold',
    ),
    slBreached: count.describe('Of those that wait, longer than the service level allows'),
    ringing: count.describe('Offers open'),
    handling: count.describe('Handles open, wrap-up included'),
    wrapping: count.describe('Of these, in wrap-up'),
    agents: z
      .partialRecord(z.enum([...agentStates, 'unknown']), count)
      .describe('Agents who have work of this queue, by their state'),
    members: z
      .object({
        total: count,
        byState: z.partialRecord(z.enum([...agentStates, 'unknown']), count),
        byActivity: z.record(z.string(), count).describe('By the sid of the activity'),
      })
      .nullable()
      .describe('Agents whom the queue may use, whatever they do; null: nobody has told whom'),
    slThresholdMs: z.int().describe('A wait of up to this long is within the service level'),
  })
  .describe('A queue, and what is in it')

export const freshnessSchema = z.object({
  reading: z.boolean().describe('False while the log cannot be read: what is shown may be old'),
  lagRecords: count
    .nullable()
    .describe('Records of the log that are not in this state; null: not known'),
  tick: instant.nullable().describe("The oldest of the parts' clocks in the ledger"),
  newestHappenedAt: instant.nullable(),
  newestReceivedAt: instant.nullable(),
  sources: z.array(
    z.object({ source: z.string(), newestHappenedAt: instant, newestReceivedAt: instant }),
  ),
})

export const shardFreshnessSchema = z.object({
  topic: z.string(),
  partition: z.int(),
  nextOffset: z.int(),
  lagRecords: count.nullable(),
  tick: instant.nullable(),
  newestHappenedAt: instant.nullable(),
  newestReceivedAt: instant.nullable(),
})

/** By what a moment of the past is seen: by all that is known now, or by what had arrived then. */
export const stateClocks = ['happened', 'known'] as const

/** What every answer about state says of itself. */
export const heldFields = {
  asOf: instant.describe('When this was so'),
  as: z
    .enum(stateClocks)
    .optional()
    .describe(
      'Of a moment of the past, by which clock: with all that is known now, or with what had arrived by then. Not there of this second',
    ),
  position: z
    .string()
    .optional()
    .describe('Up to where the ledger is in it; opaque. Of this second only'),
  catchingUp: z
    .boolean()
    .optional()
    .describe(
      'True until all of the ledger has been read that was there at the start. Of this second only',
    ),
  freshness: freshnessSchema.optional().describe('Of this second only'),
}

export const stateSchema = z.object({
  ...heldFields,
  shards: z.array(shardFreshnessSchema).optional().describe('Of this second only'),
  queues: z.array(queueStateSchema),
  agents: z.array(agentStateSchema),
  tasks: z.array(taskStateSchema),
})

/** What a stream sends after the snapshot: what is new or different, whole, and what is gone. */
export const stateChangesSchema = z.object({
  ...heldFields,
  queues: z.array(queueStateSchema),
  agents: z.array(agentStateSchema),
  tasks: z.array(taskStateSchema),
  removed: z.object({
    queues: z.array(z.string()),
    agents: z.array(z.string()),
    tasks: z.array(z.string()),
  }),
})

export const queueAnswerSchema = z.object({
  ...heldFields,
  queue: queueStateSchema,
  tasks: z.array(taskStateSchema).describe('Those that wait in it, the oldest first'),
  agents: z.array(agentStateSchema).describe('Those who have work of it'),
})

/** What to give as `after` for the rest; null: that is all. */
export const nextField = {
  next: z.string().nullable().describe('What to give as `after` for the rest; null: that is all'),
}

export const queuesAnswerSchema = z.object({
  ...heldFields,
  queues: z.array(queueStateSchema),
  ...nextField,
})

export const agentsAnswerSchema = z.object({
  ...heldFields,
  agents: z.array(agentStateSchema),
  ...nextField,
})

export type TaskState = z.infer<typeof taskStateSchema>
export type AgentState = z.infer<typeof agentStateSchema>
export type QueueState = z.infer<typeof queueStateSchema>
export type Freshness = z.infer<typeof freshnessSchema>
export type ShardFreshness = z.infer<typeof shardFreshnessSchema>
export type StateClock = (typeof stateClocks)[number]
export type State = z.infer<typeof stateSchema>
export type StateChanges = z.infer<typeof stateChangesSchema>
export type QueueAnswer = z.infer<typeof queueAnswerSchema>
export type QueuesAnswer = z.infer<typeof queuesAnswerSchema>
export type AgentsAnswer = z.infer<typeof agentsAnswerSchema>
