import type { Centre, Queue } from '../model/centre.ts'

/** The centre's task queues and workflows as TaskRouter's REST API tells them. */
export function twilioConfig(centre: Centre): readonly Readonly<Record<string, string | number>>[] {
  const of = { account_sid: centre.accountSid, workspace_sid: centre.workspaceSid }
  return [
    ...centre.queues.map((queue) => ({
      ...{ ...of, sid: queue.sid, friendly_name: queue.name },
      target_workers: queue.expression,
      max_reserved_workers: queue.maxReservedWorkers,
      task_order: 'FIFO',
    })),
    ...centre.workflows.map((workflow) => ({
      ...{ ...of, sid: workflow.sid, friendly_name: workflow.name },
      configuration: JSON.stringify({
        task_routing: {
          filters: centre.queues
            .filter((queue) => queue.workflow === workflow)
            .map((queue) => filterOf(queue, centre)),
        },
      }),
    })),
  ]
}

function filterOf(queue: Queue, { queues }: Centre) {
  const sids = new Map(queues.map(({ name, sid }) => [name, sid]))
  return {
    filter_friendly_name: queue.name,
    expression: queue.filterExpression,
    targets: queue.steps.map((step) => ({
      queue: sids.get(step.queue),
      priority: step.priority,
      ...(step.timeoutMs === null ? {} : { timeout: step.timeoutMs / 1000 }),
      ...(step.skipIfNobody ? { skip_if: 'workers.available == 0' } : {}),
    })),
  }
}
