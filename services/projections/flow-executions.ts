import { closedBy } from './closed-by.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { Timeline } from './timeline.ts'

/** One row a run of a self-service flow: how long it took, and where the customer was when it ended. */
export function flowExecution(events: Timeline): OwnRow | null {
  const own = events.filter(({ type }) => type.startsWith('studio.'))
  const [first] = own
  if (first?.execution == null) return null
  const steps = own.filter(({ type }) => type === 'studio.step.ended')
  const ended = own.find(({ type }) => type === 'studio.execution.ended')
  const started = own.find(({ type }) => type === 'studio.execution.started')
  const told = [started, ended].filter((event) => event !== undefined)
  const last = steps.at(-1)
  return {
    table: 'flow_executions',
    key: { workspace: first.workspace, execution: first.execution },
    values: {
      flow: own.find(({ flow }) => flow !== null)?.flow ?? '',
      call: told.find((event) => event.call !== null)?.call ?? '',
      conversation: told.find((event) => event.conversation !== null)?.conversation ?? '',
      started_at: (started ?? first).at,
      ended_at: ended?.at ?? null,
      is_open: ended === undefined,
      closed_by: closedBy(ended),
      end_reason: ended?.reason ?? '',
      steps_count: steps.length,
      last_step: last?.nextStep ?? last?.step ?? '',
      path: steps.flatMap(({ step }) => step ?? []),
      duration_ms: ended === undefined ? 0 : ended.at - (started ?? first).at,
      ...receiptColumns(receiptOf(own)),
    },
  }
}
