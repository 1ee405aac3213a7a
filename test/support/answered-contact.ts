import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from './fold-all.ts'

/** A call in queue WQ1 that worker WK1 answers at once: a step each second. `names` is what the two were called then. */
export function answeredContact(
  task: string,
  at: Instant,
  names: { readonly queueName?: string; readonly workerName?: string } = {},
): readonly LedgerEvent[] {
  const { workerName = null, queueName = null } = names
  const own = { task, channel: 'voice', direction: 'inbound', queue: 'WQ1', queueName }
  const leg = { ...own, reservation: `R${task}`, worker: 'WK1', workerName }
  const steps = [
    ['task.created', own],
    ['task-queue.entered', own],
    ['reservation.created', leg],
    ['reservation.accepted', leg],
    ['reservation.completed', leg],
    ['task.completed', own],
  ] as const
  return steps.map(([type, fields], n) =>
    anEvent({ id: `${task}-${n}`, type, at: at + n * 1000, ...fields }),
  )
}
