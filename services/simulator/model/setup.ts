import type { ChannelName } from './centre.ts'
import { emit, emitWorker } from './emit.ts'
import type { WorkerState, World } from './world.ts'

/**
 * What TaskRouter sends while a workspace is set up: definitions in the run's first millisecond, workers in the following
 * ones, all Offline.
 */
export function setUp(world: World): void {
  const { centre } = world
  emit(world, 'workspace.created', centre.workspaceSid, { description: 'Workspace created' })
  for (const activity of centre.activities) {
    world.chronicle.activities.set(
      activity.sid,
      activity.available ? 'available' : activity.name === 'Offline' ? 'offline' : 'aux',
    )
    define(world, 'activity.created', activity.sid, `Activity ${activity.name} created`, {
      activity_sid: activity.sid,
      activity_name: activity.name,
      activity_available: activity.available,
    })
  }
  for (const channel of centre.channels) {
    define(world, 'task-channel.created', channel.sid, `TaskChannel ${channel.name} created`, {
      task_channel_sid: channel.sid,
      task_channel_name: channel.name,
      task_channel_unique_name: channel.uniqueName,
      task_channel_optimized_routing: true,
    })
  }
  for (const queue of centre.queues) {
    define(world, 'task-queue.created', queue.sid, `TaskQueue ${queue.name} created`, {
      task_queue_sid: queue.sid,
      task_queue_name: queue.name,
      task_queue_target_expression: queue.expression,
    })
  }
  for (const workflow of centre.workflows) {
    define(world, 'workflow.created', workflow.sid, `Workflow ${workflow.name} created`, {
      workflow_sid: workflow.sid,
      workflow_name: workflow.name,
    })
  }
  world.workers.forEach((worker, index) => {
    world.agenda.add(world.startAt + 1 + (index % hireWithinMs), () => hire(world, worker))
  })
}

/** Everyone is there before the first shift begins. */
export const hireWithinMs = 900

function define(
  world: World,
  type: Parameters<typeof emit>[1],
  sid: string,
  description: string,
  definition: Readonly<Record<string, string | boolean>>,
): void {
  emit(world, type, sid, { description, definition })
}

function hire(world: World, worker: WorkerState): void {
  const { agent } = worker
  emitWorker(world, 'worker.created', worker, { description: `Worker ${agent.name} created` })
  worker.activitySince = world.now
  worker.span = { agent: agent.sid, activity: worker.activity.sid, from: world.now, to: null }
  world.chronicle.activitySpans.push(worker.span)
  for (const channel of world.centre.channels) {
    const capacity = agent.capacity[channel.uniqueName]
    if (capacity === 1) continue
    emitCapacity(world, worker, channel.uniqueName, 1)
  }
}

/** A new worker has room for one task of every channel, until somebody says otherwise. */
function emitCapacity(
  world: World,
  worker: WorkerState,
  name: ChannelName,
  previousCapacity: number,
): void {
  const channel = world.centre.channels.find((one) => one.uniqueName === name)
  if (channel === undefined) return
  emitWorker(world, 'worker.capacity.update', worker, {
    description: `Worker ${worker.agent.name} channel ${name} capacity updated`,
    workerChannel: {
      channelSid: channel.sid,
      channel: name,
      capacity: worker.agent.capacity[name],
      previousCapacity,
      available: true,
      taskCount: 0,
    },
  })
}
