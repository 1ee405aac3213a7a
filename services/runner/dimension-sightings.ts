import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Row } from '../warehouse/warehouse.ts'

/**
 * What events tell of workers, queues, activities and workflows beside their ids, as rows of `dimension_sightings`: one a
 * value and UTC day, with the first and the last time that it was told. Rows of parts of the events, in any order and with
 * any part twice, merge to the same rows.
 */
export function dimensionSightings(events: readonly LedgerEvent[]): readonly Row[] {
  const rows = new Map<string, Row & { first_at: number; last_at: number }>()
  for (const event of events) {
    // What the hub derives bears the names of its cause at a later time, when they may be others.
    if (event.road === 'hub') continue
    const { at, workspace } = event
    for (const { kind, id, field, value } of toldIn(event)) {
      if (id === null || id === '' || value === null || value === '') continue
      const key = JSON.stringify([kind, workspace, id, field, Math.floor(at / dayMs), value])
      const known = rows.get(key)
      if (known === undefined) {
        rows.set(key, { kind, workspace, id, field, value, first_at: at, last_at: at })
      } else {
        known.first_at = Math.min(known.first_at, at)
        known.last_at = Math.max(known.last_at, at)
      }
    }
  }
  return [...rows.values()]
}

const dayMs = 86_400_000

interface Told {
  readonly kind: 'worker' | 'queue' | 'activity' | 'workflow'
  readonly id: string | null
  readonly field: 'name' | 'expression' | 'is_available' | 'is_deleted'
  readonly value: string | null
}

function toldIn(event: LedgerEvent): readonly Told[] {
  const { type, worker, queue, activity, previousActivity, workflow } = event
  const isDeleted = (deleted: LedgerEvent['type']) => (type === deleted ? 'true' : null)
  const isAvailable = event.activityAvailable?.toString() ?? null
  return [
    { kind: 'worker', id: worker, field: 'name', value: event.workerName },
    { kind: 'worker', id: worker, field: 'is_deleted', value: isDeleted('worker.deleted') },
    { kind: 'queue', id: queue, field: 'name', value: event.queueName },
    { kind: 'queue', id: queue, field: 'expression', value: event.expression },
    { kind: 'queue', id: queue, field: 'is_deleted', value: isDeleted('task-queue.deleted') },
    { kind: 'activity', id: activity, field: 'name', value: event.activityName },
    { kind: 'activity', id: previousActivity, field: 'name', value: event.previousActivityName },
    { kind: 'activity', id: activity, field: 'is_available', value: isAvailable },
    { kind: 'activity', id: activity, field: 'is_deleted', value: isDeleted('activity.deleted') },
    { kind: 'workflow', id: workflow, field: 'name', value: event.workflowName },
    { kind: 'workflow', id: workflow, field: 'is_deleted', value: isDeleted('workflow.deleted') },
  ]
}
