import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { closedBy } from './closed-by.ts'
import { firstOf } from './first-of.ts'
import type { KnownTask } from './known-tasks.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { Timeline } from './timeline.ts'

/** One row a leg of a call, from its callbacks and from what Voice Insights says of it afterwards. */
export function call(events: Timeline, tasks: readonly KnownTask[]): OwnRow | null {
  const own = events.filter(({ type }) => type.startsWith('call.'))
  const [first] = own
  if (first?.call == null) return null
  const summaries = own.filter(({ type }) => type === 'call.summary')
  const steps = own.filter(({ type }) => type !== 'call.summary')
  // The same call comes several times, each time a little better known.
  const summary = summaries.at(-1)
  const at = (type: string) => steps.find((event) => event.type === type)?.at ?? null
  const completed = steps.find(({ type }) => type === 'call.completed')
  const ended = completed?.at ?? summary?.at ?? null
  const durationMs = completed?.durationMs ?? summary?.durationMs ?? null
  const answered = at('call.answered') ?? beginningOf(completed, durationMs)
  return {
    table: 'calls',
    key: { workspace: tasks[0]?.workspace ?? first.workspace, call: first.call },
    values: {
      parent_call: firstOf(own, ({ parentCall }) => parentCall) ?? '',
      direction: firstOf(own, ({ direction }) => direction) ?? 'unknown',
      task: tasks[0]?.task ?? '',
      queue: tasks[0]?.queued?.queue ?? '',
      status: completed?.status ?? summary?.status ?? steps.at(-1)?.status ?? '',
      initiated_at: at('call.initiated'),
      ringing_at: at('call.ringing'),
      answered_at: answered,
      ended_at: ended,
      is_open: ended === null,
      closed_by: closedBy(completed ?? summary),
      duration_ms: durationMs ?? 0,
      disconnected_by: summary?.reason ?? '',
      recordings_count: new Set(
        events.filter(({ type }) => type === 'recording.updated').map(({ id }) => id.split('/')[0]),
      ).size,
      ...receiptColumns(receiptOf(own)),
    },
  }
}

/** Most calls are told of once, at their end: then their length says when they were answered. */
function beginningOf(
  completed: LedgerEvent | undefined,
  durationMs: number | null,
): Instant | null {
  if (completed?.status !== 'completed' || durationMs === null) return null
  return completed.at - durationMs
}
