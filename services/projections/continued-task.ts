import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Timeline } from './timeline.ts'

/** A task that ended longer than this before the next began was over: the customer has come back (U26). */
export const continuesWithinMs = 30_000

/** Of so many tasks of one conversation the latest are looked at. */
export const predecessorsMax = 8

/**
 * The task whose contact this one goes on with: as its source says, or as its conversation tells of earlier tasks (V7). The
 * conversation only reports what it knows, `task.preceded` for an earlier task and one more for its end; whether that was
 * near enough is judged here, so that a report which came before all was known does no harm.
 */
export function continuedTask(events: Timeline, created: Instant): string | null {
  const said = events.find((event) => isOwn(event.type) && event.continuesTask !== null)
  if (said !== undefined) return said.continuesTask
  // What was asked for in one contact and is done in another is no part of it: a callback, a call back to the customer.
  if (
    events.some(
      ({ type, parentTask, direction }) =>
        isOwn(type) && (parentTask !== null || isOther(direction)),
    )
  ) {
    return null
  }
  const earlier = new Map<string, { readonly created: Instant; ended: Instant }>()
  const reports = events.filter((event) => event.type === 'task.preceded')
  for (const { continuesTask, cause, at } of reports) {
    if (continuesTask === null || cause !== 'task.created' || at >= created) continue
    const known = earlier.get(continuesTask)?.created ?? Infinity
    earlier.set(continuesTask, { created: Math.min(at, known), ended: Infinity })
  }
  for (const { continuesTask, cause, at } of reports) {
    const task = earlier.get(continuesTask ?? '')
    if (task !== undefined && cause !== 'task.created') task.ended = Math.min(task.ended, at)
  }
  const [latest] = [...earlier]
    .sort(([a, one], [b, other]) => other.created - one.created || (a < b ? 1 : -1))
    .slice(0, predecessorsMax)
    .filter(([, { ended }]) => ended >= created - continuesWithinMs)
  return latest?.[0] ?? null
}

function isOther(direction: LedgerEvent['direction']): boolean {
  return direction === 'callback' || direction === 'outbound'
}

function isOwn(type: string): boolean {
  return type !== 'task.preceded'
}
