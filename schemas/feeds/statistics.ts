import { z } from 'zod'

// Statistics as TaskRouter's REST API answers them: paths, names and units are Twilio's, so that its clients can read them.
// Lengths are whole seconds, times ISO 8601 in UTC.

const count = z.int().min(0)
const seconds = z.int().min(0)
const time = z.iso.datetime()

const waitSchema = z.object({ avg: seconds, min: seconds, max: seconds, total: seconds })

const splitSchema = z.object({ tasks_canceled: count, reservations_accepted: count })

const reservations = {
  reservations_created: count,
  reservations_accepted: count,
  reservations_rejected: count,
  reservations_timed_out: count,
  reservations_canceled: count,
  reservations_rescinded: count,
}

const times = { start_time: time, end_time: time }

/** What workspaces, queues and workflows have in common. */
const tasksSoFar = {
  ...{ ...times, ...reservations },
  avg_task_acceptance_time: seconds.describe('From the creation of the task to each acceptance'),
  wait_duration_until_accepted: waitSchema.describe('From the creation of the task'),
  wait_duration_until_canceled: waitSchema.describe('From the creation of the task'),
  split_by_wait_time: z
    .record(z.string(), z.object({ above: splitSchema, below: splitSchema }))
    .describe('By threshold in seconds; a wait of just the threshold is below'),
  tasks_canceled: count,
  tasks_completed: count,
  tasks_deleted: count,
  tasks_moved: count,
}

export const workspaceCumulativeSchema = z.object({
  ...tasksSoFar,
  tasks_created: count,
  tasks_timed_out_in_workflow: count,
})
export const queueCumulativeSchema = z.object({
  ...tasksSoFar,
  tasks_entered: count,
  wait_duration_in_queue_until_accepted: waitSchema.describe('From entering the queue'),
})
export const workflowCumulativeSchema = z.object({
  ...tasksSoFar,
  tasks_entered: count,
  tasks_timed_out_in_workflow: count,
})
export const workersCumulativeSchema = z.object({
  ...{ ...times, ...reservations },
  activity_durations: z
    .array(
      z.object({
        ...{ sid: z.string(), friendly_name: z.string() },
        ...{ avg: seconds, min: seconds, max: seconds, total: seconds },
      }),
    )
    .describe('Of the stretches in each activity, cut to the window'),
})

const activityStatistics = {
  activity_statistics: z
    .array(z.object({ sid: z.string(), friendly_name: z.string(), workers: count }))
    .describe('Workers in each activity'),
}

const tasksNow = {
  longest_task_waiting_age: seconds.describe('Since its creation'),
  longest_task_waiting_sid: z.string().nullable(),
  tasks_by_priority: z.record(z.string(), count),
  tasks_by_status: z.object({ pending: count, reserved: count, assigned: count, wrapping: count }),
  total_tasks: count,
}

export const workspaceRealTimeSchema = z.object({
  ...{ ...activityStatistics, ...tasksNow },
  total_workers: count,
})
export const queueRealTimeSchema = z.object({
  ...{ ...activityStatistics, ...tasksNow },
  longest_relative_task_age_in_queue: seconds.describe('Since it entered the queue'),
  longest_relative_task_sid_in_queue: z.string().nullable(),
  total_available_workers: count
    .nullable()
    .describe('Eligible, in an activity that takes tasks; null as the next is'),
  total_eligible_workers: count
    .nullable()
    .describe("Of whom the queue's expression holds; null: the hub has never heard it"),
})
export const workflowRealTimeSchema = z.object(tasksNow)
export const workersRealTimeSchema = z.object({ ...activityStatistics, total_workers: count })

const inWorkspace = { account_sid: z.string(), workspace_sid: z.string(), url: z.string() }
const ofQueue = { ...inWorkspace, task_queue_sid: z.string() }
const ofWorkflow = { ...inWorkspace, workflow_sid: z.string() }

/** By resource: its own fields, and the sids and address that go with them. */
export const statisticsSchemas = {
  workspace: z.object({
    ...inWorkspace,
    realtime: workspaceRealTimeSchema,
    cumulative: workspaceCumulativeSchema,
  }),
  workspaceRealTime: workspaceRealTimeSchema.extend(inWorkspace),
  workspaceCumulative: workspaceCumulativeSchema.extend(inWorkspace),
  queue: z.object({
    ...ofQueue,
    realtime: queueRealTimeSchema,
    cumulative: queueCumulativeSchema,
  }),
  queueRealTime: queueRealTimeSchema.extend(ofQueue),
  queueCumulative: queueCumulativeSchema.extend(ofQueue),
  queues: z.object({
    task_queues_statistics: z.array(
      z.object({
        ...{ account_sid: z.string(), workspace_sid: z.string(), task_queue_sid: z.string() },
        ...{ realtime: queueRealTimeSchema, cumulative: queueCumulativeSchema },
      }),
    ),
    meta: z.object({
      ...{ page: count, page_size: count, key: z.literal('task_queues_statistics') },
      ...{ url: z.string(), first_page_url: z.string() },
      previous_page_url: z.string().nullable(),
      next_page_url: z.string().nullable(),
    }),
  }),
  queuesRealTime: z.object({
    ...inWorkspace,
    task_queue_data: z.array(queueRealTimeSchema.extend({ task_queue_sid: z.string() })),
    task_queue_response_count: count,
  }),
  workflow: z.object({
    ...ofWorkflow,
    realtime: workflowRealTimeSchema,
    cumulative: workflowCumulativeSchema,
  }),
  workflowRealTime: workflowRealTimeSchema.extend(ofWorkflow),
  workflowCumulative: workflowCumulativeSchema.extend(ofWorkflow),
  workers: z.object({
    ...inWorkspace,
    realtime: workersRealTimeSchema,
    cumulative: workersCumulativeSchema,
  }),
  workersRealTime: workersRealTimeSchema.extend(inWorkspace),
  workersCumulative: workersCumulativeSchema.extend(inWorkspace),
  worker: z.object({
    ...inWorkspace,
    worker_sid: z.string(),
    cumulative: workersCumulativeSchema,
  }),
}

export const twilioErrorSchema = z
  .object({
    code: z.int().describe("Twilio's number of the error"),
    message: z.string(),
    more_info: z.string(),
    status: z.int(),
    details: z
      .object({
        faults: z.array(
          z.object({
            field: z.string(),
            detail: z.string(),
            choices: z.array(z.string()).optional().describe('What would have been right'),
          }),
        ),
      })
      .optional(),
  })
  .describe('An error as Twilio answers it')

export type WorkspaceRealTime = z.infer<typeof workspaceRealTimeSchema>
export type QueueRealTime = z.infer<typeof queueRealTimeSchema>
export type WorkflowRealTime = z.infer<typeof workflowRealTimeSchema>
export type WorkersRealTime = z.infer<typeof workersRealTimeSchema>
export type WorkersCumulative = z.infer<typeof workersCumulativeSchema>
export type WorkspaceCumulative = z.infer<typeof workspaceCumulativeSchema>
export type QueueCumulative = z.infer<typeof queueCumulativeSchema>
export type WorkflowCumulative = z.infer<typeof workflowCumulativeSchema>
export type QueuesStatistics = z.infer<typeof statisticsSchemas.queues>
export type TwilioError = z.infer<typeof twilioErrorSchema>
