import { z } from 'zod'
import { agentStateSchema, heldFields, nextField, taskStateSchema } from './state.ts'

// One thing of the routing state with what is not shown of all.

const instant = z.int()
const attributes = z.record(z.string(), z.json()).describe('As the source has them')

export const offerOutcomes = [
  'open',
  'accepted',
  'rejected',
  'timed_out',
  'canceled',
  'rescinded',
  'failed',
] as const

export const taskDetailsSchema = taskStateSchema.extend({
  attributes,
  path: z
    .array(
      z.object({
        queue: z.string(),
        queueName: z.string(),
        entry: z.enum(['new', 'moved', 'transfer', 'requeued']),
        enteredAt: instant,
        exitedAt: instant.nullable(),
        disposition: z.string().nullable(),
      }),
    )
    .describe('The queues that it has been in, the first one first'),
  offers: z
    .array(
      z.object({
        reservation: z.string(),
        agent: z.string().nullable(),
        agentName: z.string().nullable(),
        queue: z.string(),
        offeredAt: instant,
        acceptedAt: instant.nullable(),
        endedAt: instant.nullable(),
        outcome: z.enum(offerOutcomes),
      }),
    )
    .describe('To whom it was offered, and what became of that'),
})

export const agentDetailsSchema = agentStateSchema.extend({
  attributes,
  queues: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .describe('Those that may use him, as far as their expressions are known'),
})

export const taskDetailsAnswerSchema = z.object({ ...heldFields, task: taskDetailsSchema })
export const agentDetailsAnswerSchema = z.object({ ...heldFields, agent: agentDetailsSchema })

export const tasksAnswerSchema = z.object({
  ...heldFields,
  tasks: z.array(taskStateSchema),
  ...nextField,
})

export const workflowSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  isReadable: z.boolean().describe('False: its configuration could not be read'),
  filters: z.array(
    z.object({
      name: z.string().nullable(),
      expression: z.string(),
      queues: z.array(z.string()).describe('Of its targets, in their order'),
    }),
  ),
  defaultQueue: z.string().nullable(),
})

export const workflowsAnswerSchema = z.object({
  ...heldFields,
  workflows: z.array(workflowSchema),
})

export type TaskDetails = z.infer<typeof taskDetailsSchema>
export type AgentDetails = z.infer<typeof agentDetailsSchema>
export type WorkflowState = z.infer<typeof workflowSchema>
export type TaskDetailsAnswer = z.infer<typeof taskDetailsAnswerSchema>
export type AgentDetailsAnswer = z.infer<typeof agentDetailsAnswerSchema>
export type TasksAnswer = z.infer<typeof tasksAnswerSchema>
export type WorkflowsAnswer = z.infer<typeof workflowsAnswerSchema>
