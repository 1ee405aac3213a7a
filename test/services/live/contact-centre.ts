import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { anEvent } from '../../support/fold-all.ts'

/** Events of a small contact centre, for tests that look at it live. */
export const start = Date.parse('2026-01-14T14:00:00Z')

const seconds = (count: number) => start + count * 1000

export const billing = { queue: 'WQ-billing', queueName: 'Billing' }
export const support = { queue: 'WQ-support', queueName: 'Support' }
export const ann = { worker: 'WK-ann', workerName: 'Ann' }
export const bob = { worker: 'WK-bob', workerName: 'Bob' }
const voice = { channel: 'voice', direction: 'inbound', priority: 5 }

export const available = { activity: 'WA-1', activityName: 'Available' }
export const onBreak = { activity: 'WA-2', activityName: 'Break' }
export const offline = { activity: 'WA-0', activityName: 'Offline' }

type Fields = Readonly<Record<string, unknown>>

/** Ids are made of what happens to whom, so that the same call gives the same event. */
export function happens(type: string, atSeconds: number, fields: Fields): LedgerEvent {
  const about = fields['reservation'] ?? fields['task'] ?? fields['worker'] ?? fields['activity']
  return anEvent({
    type,
    id: `${type}:${String(about)}:${atSeconds}`,
    at: seconds(atSeconds),
    ...fields,
  })
}

export function activities(): readonly LedgerEvent[] {
  return [
    happens('activity.created', -60, { ...available, activityAvailable: true }),
    happens('activity.created', -60, { ...onBreak, activityAvailable: false }),
    happens('activity.created', -60, { ...offline, activityAvailable: false }),
  ]
}

/** So many queues, Billing the first, that every worker is a member of. */
export function queuesForAll(count: number): readonly LedgerEvent[] {
  return Array.from({ length: count }, (_, n) => {
    const queue = n === 0 ? billing : { queue: `WQ-${n}`, queueName: `Queue ${n}` }
    const attributes = JSON.stringify({ sid: queue.queue, target_workers: '1==1' })
    return happens('task-queue.configured', -n, { ...queue, attributes })
  })
}

export function goes(worker: Fields, activity: Fields, at: number): LedgerEvent {
  return happens('worker.activity.update', at, { ...worker, ...activity })
}

export function enters(task: string, queue: Fields, at: number): readonly LedgerEvent[] {
  return [
    happens('task.created', at, { task, ...voice }),
    happens('task-queue.entered', at, { task, ...queue, ...voice }),
  ]
}

/** One step in the life of a reservation of this task. */
export function step(
  name: string,
  {
    task,
    worker,
    queue,
  }: { readonly task: string; readonly worker: Fields; readonly queue: Fields },
  at: number,
): LedgerEvent {
  const reservation = `WR-${task}-${String(worker['worker'])}`
  return happens(`reservation.${name}`, at, { task, reservation, ...worker, ...queue, ...voice })
}

export function ends(task: string, at: number): LedgerEvent {
  return happens('task.completed', at, { task, ...voice })
}

export function hangsUp(task: string, at: number): LedgerEvent {
  return happens('task.canceled', at, { task, reason: 'hangup', ...voice })
}

export function ticks(at: number): LedgerEvent {
  return happens('clock.ticked', at, { road: 'hub', source: 'ledgerline', task: null })
}
