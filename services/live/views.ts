import type { AgentState, QueueState, TaskState } from '../../schemas/feeds/state.ts'
import { definitionsAt, thresholdsOf, type Knowledge } from '../projections/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LiveQueue } from '../projections/live-queue.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { RoutableWorker } from '../routing/routable-worker.ts'
import type { Names } from './names.ts'

// What is live, with the names that go with the ids: as the API shows it.

export function taskState(task: LiveTask, names: Names): TaskState {
  return {
    id: task.id,
    workspace: task.workspace,
    channel: task.channel,
    direction: task.direction,
    priority: task.priority,
    workflow: task.workflow || null,
    status: task.status,
    queue: task.queue,
    queueName: task.queue === null ? null : names.queue(task.queue),
    isWaiting: task.waitingIn !== null,
    enteredQueueAt: task.enteredQueueAt,
    createdAt: task.createdAt,
    agent: task.agent,
    agentName: task.agent === null ? null : names.agent(task.agent),
    reservations: task.reservations,
  }
}

export function agentState(
  agent: LiveAgent,
  channels: RoutableWorker['channels'],
  names: Names,
): AgentState {
  const { activity, state } = agent
  return {
    id: agent.id,
    workspace: agent.workspace,
    name: names.agent(agent.id),
    team: names.team(agent.id),
    activity: activity?.id ?? null,
    activityName: activity?.name ?? null,
    activityClass: activity?.class ?? null,
    activitySince: activity?.since ?? null,
    state: state?.state ?? null,
    stateSince: state?.since ?? null,
    legs: agent.legs.map(({ leg, phase, since }) => ({
      task: leg.task,
      queue: leg.queue,
      queueName: names.queue(leg.queue),
      channel: leg.channel,
      phase,
      since,
    })),
    channels: Object.entries(channels).map(([channel, { configuredCapacity, isAvailable }]) => ({
      channel,
      isAvailable,
      capacity: configuredCapacity,
      used: agent.legs.filter(({ leg }) => leg.channel === channel).length,
    })),
  }
}

/** A wait that has this share of the threshold behind it is at risk. */
const riskShare = 0.8

export function queueState(
  queue: LiveQueue,
  workspace: string,
  names: Names,
  knowledge: Knowledge,
  now: Instant,
): QueueState {
  const name = names.queue(queue.id)
  const judged = { id: queue.id, name, channel: null }
  const { slThresholdMs } = thresholdsOf(definitionsAt(knowledge, now), judged)
  const waitedOver = (ms: number) => queue.waitingSince.filter((since) => now - since > ms).length
  const slBreached = waitedOver(slThresholdMs)
  return {
    id: queue.id,
    waiting: queue.waiting,
    ringing: queue.ringing,
    handling: queue.handling,
    wrapping: queue.wrapping,
    waitingByPriority: queue.waitingByPriority,
    waitingByChannel: queue.waitingByChannel,
    oldestWaitingSince: queue.oldestWaitingSince,
    agents: queue.agents,
    members: queue.members,
    workspace,
    name,
    slThresholdMs,
    slBreached,
    slAtRisk: waitedOver(slThresholdMs * riskShare) - slBreached,
  }
}

/** When the queue's risk will be another if nothing happens; null: never. */
export function riskChangesAt(
  { waitingSince }: LiveQueue,
  { slThresholdMs }: QueueState,
  now: Instant,
): Instant | null {
  if (waitingSince.length === 0) return null
  const moments = waitingSince
    .flatMap((since) => [since + slThresholdMs * riskShare, since + slThresholdMs])
    .filter((at) => at >= now)
  return moments.length === 0 ? null : Math.floor(Math.min(...moments)) + 1
}
