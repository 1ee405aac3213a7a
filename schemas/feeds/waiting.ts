import { z } from 'zod'
import { heldFields, taskStateSchema } from './state.ts'

// Why a task waits, as the API tells it.

const instant = z.int()
const count = z.int().min(0)
const value = z.json()

const clauseSchema = z.object({
  source: z.string().describe('The part of the expression that does not hold'),
  offset: count.describe('Where it begins in the expression'),
  operator: z.string(),
  left: z.object({ source: z.string(), value, isMissing: z.boolean() }),
  right: z.object({ source: z.string(), value, isMissing: z.boolean() }),
})

const causeSchema = z.object({
  expression: z.string(),
  clauses: z.array(clauseSchema).describe('The fewest that by themselves make it false'),
})

const reservationSchema = z.object({
  sid: z.string(),
  task: z.string(),
  channel: z.string(),
  status: z.enum(['pending', 'accepted', 'wrapping']),
})

export const obstacleSchema = z
  .discriminatedUnion('reason', [
    z.object({
      reason: z.literal('not_in_queue'),
      cause: causeSchema.nullable().describe('Null: the queue is for nobody'),
    }),
    z.object({
      reason: z.literal('activity_unavailable'),
      activity: z.object({ sid: z.string(), name: z.string(), isAvailable: z.boolean() }),
    }),
    z.object({
      reason: z.literal('channel_unavailable'),
      channel: z.string(),
      isKnown: z.boolean().describe('False: he has no such channel'),
    }),
    z.object({
      reason: z.literal('capacity_full'),
      channel: z.string(),
      configuredCapacity: count,
      reservations: z.array(reservationSchema),
    }),
    z.object({
      reason: z.literal('not_known_worker'),
      reference: z.string(),
      by: z.enum(['sid', 'friendly_name']),
      wanted: value,
    }),
    z.object({ reason: z.literal('expression_false'), cause: causeSchema }),
    z.object({ reason: z.literal('already_rejected'), reservation: z.string() }),
    z.object({ reason: z.literal('reserved'), reservation: reservationSchema }),
    z.object({ reason: z.literal('task_reserved'), pending: count, max: count }),
  ])
  .describe('The first thing that keeps a worker from being offered the task')

/** What is found of a worker: that he can be offered the task, or what keeps him from it. */
export const verdicts = [
  'eligible',
  ...obstacleSchema.options.map(({ shape }) => shape.reason.value),
] as const

const stepSchema = z.object({
  filter: z.int().nullable().describe('Its position in the workflow; null: the default filter'),
  filterName: z.string().nullable(),
  target: z.int().describe('Its position in the filter'),
  queue: z.string(),
  priority: z.int().nullable(),
  expression: z.string().nullable().describe('What a worker must be, beside being in the queue'),
  knownWorker: z.string().nullable(),
  skipIf: z.string().nullable(),
  orderBy: z.string().nullable(),
  timeoutSeconds: z.int().nullable(),
})

export const workflowPlaceSchema = z.object({
  step: stepSchema,
  stepsCount: count,
  since: instant,
  until: instant.nullable().describe('When its time there is over; null: never, or nobody knows'),
  passed: z.array(
    z.object({
      step: stepSchema,
      from: instant,
      to: instant,
      why: z.enum(['skipped', 'timed_out']),
    }),
  ),
  isByWorkflow: z
    .boolean()
    .describe('False: events tell another queue than the workflow as it is now would'),
})

const agentName = { id: z.string(), name: z.string() }

const nearestSchema = z
  .object({
    agent: z.object(agentName),
    change: z.enum([
      'offer_is_answered',
      'reservation_ends',
      'goes_available',
      'channel_becomes_available',
      'attribute',
    ]),
    channel: z.string().nullable(),
    attribute: z
      .object({
        subject: z.enum(['worker', 'task']),
        path: z.array(z.union([z.string(), z.int()])),
        from: value,
        to: value,
      })
      .nullable(),
  })
  .describe('The one change that is nearest to letting a worker be offered the task')

export const waitingSchema = z
  .object({
    queue: z.string(),
    queueName: z.string(),
    since: instant,
    workflow: z.string().nullable(),
    workflowName: z.string().nullable(),
    place: workflowPlaceSchema
      .nullable()
      .describe('Null: the workflow is not known here, or the task was transferred to the queue'),
    targetWorkers: z.string().nullable().describe('The expression of the queue'),
    missing: z
      .array(z.enum(['queue', 'workflow', 'capacities']))
      .describe(
        'What was never told and would be needed; `ledgerline import twilio-config` tells of queues and workflows. capacities: some workers are eligible only if they have room on the channel',
      ),
    ahead: count.describe('Tasks that wait in the queue and go before it'),
    counts: z
      .partialRecord(z.enum(verdicts), count)
      .describe('Workers of the workspace, by what keeps them'),
    workers: z
      .array(z.object({ ...agentName, obstacle: obstacleSchema.nullable() }))
      .describe('The nearest to being offered it first; without an obstacle he can be'),
    nearest: nearestSchema.nullable().describe('Null: none is needed, or no one change would do'),
  })
  .describe('Why nobody has been given it yet')

export const taskExplanationSchema = z.object({
  ...heldFields,
  task: taskStateSchema,
  waiting: waitingSchema.nullable().describe('Null: it waits in no queue'),
})

export type Waiting = z.infer<typeof waitingSchema>
export type TaskExplanation = z.infer<typeof taskExplanationSchema>
