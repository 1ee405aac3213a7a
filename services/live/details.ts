import type { AgentDetails, TaskDetails, WorkflowState } from '../../schemas/feeds/state-details.ts'
import type { Leg } from '../projections/leg.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LiveTask } from '../projections/live-task.ts'
import { objectIn } from './json-object.ts'
import type { LiveDetails } from './ledger-view.ts'
import { agentState, taskState } from './views.ts'

// One thing with what is not shown of all.

export function taskDetails(task: LiveTask, details: LiveDetails): TaskDetails {
  const names = details.names()
  const { visits, legs } = task.story
  return {
    ...taskState(task, names),
    attributes: objectIn(task.attributes) as TaskDetails['attributes'],
    path: visits.map(({ queue, entry, entered, exited, disposition }) => ({
      ...{ queue, queueName: names.queue(queue), entry },
      ...{ enteredAt: entered, exitedAt: exited, disposition },
    })),
    offers: legs.map((leg) => ({
      reservation: leg.reservation,
      agent: leg.worker,
      agentName: leg.worker === null ? null : names.agent(leg.worker),
      queue: leg.queue,
      offeredAt: leg.offered,
      acceptedAt: leg.accepted,
      endedAt: leg.accepted === null ? leg.offerEnded : leg.ended,
      outcome: outcomeOf(leg),
    })),
  }
}

function outcomeOf({
  accepted,
  refusal,
  offerEnded,
}: Leg): TaskDetails['offers'][number]['outcome'] {
  if (accepted !== null) return 'accepted'
  return refusal ?? (offerEnded === null ? 'open' : 'canceled')
}

export function agentDetails(agent: LiveAgent, details: LiveDetails): AgentDetails {
  const names = details.names()
  const worker = details.worker(agent)
  return {
    ...agentState(agent, worker.channels, names),
    attributes: worker.attributes as AgentDetails['attributes'],
    queues: [...details.queuesOf(agent.id)].sort().map((id) => ({ id, name: names.queue(id) })),
  }
}

export function workflowState(id: string, details: LiveDetails): WorkflowState {
  const workflow = details.routing().workflow(id)
  return {
    id,
    name: details.routing().workflowName(id) ?? null,
    isReadable: workflow !== undefined,
    filters: (workflow?.filters ?? []).map(({ name, expression, targets }) => ({
      name,
      expression: expression.source,
      queues: targets.flatMap(({ queue }) => queue ?? []),
    })),
    defaultQueue: workflow?.defaultTarget?.queue ?? null,
  }
}
