import type { Centre } from '../../services/simulator/model/centre.ts'

/** How a simulated centre routes, as TaskRouter's REST API would tell it. */
export function simulatedRouting({ queues, workflows }: Centre) {
  const sidOf = new Map(queues.map(({ name, sid }) => [name, sid]))
  return {
    workflows: workflows.map(({ sid, name }) => ({
      ...{ sid, friendly_name: name },
      configuration: JSON.stringify({
        task_routing: {
          filters: queues
            .filter(({ workflow }) => workflow.sid === sid)
            .map((queue) => ({
              filter_friendly_name: queue.name,
              expression: queue.filterExpression,
              targets: queue.steps.map(({ queue: of, timeoutMs, priority, skipIfNobody }) => ({
                queue: sidOf.get(of),
                ...(timeoutMs === null ? {} : { timeout: timeoutMs / 1000 }),
                ...(priority === 0 ? {} : { priority }),
                ...(skipIfNobody ? { skip_if: 'workers.available == 0' } : {}),
              })),
            })),
        },
      }),
    })),
    task_queues: queues.map(({ sid, name, expression, maxReservedWorkers }) => ({
      ...{ sid, friendly_name: name, target_workers: expression },
      max_reserved_workers: maxReservedWorkers,
    })),
  }
}
