import type { EventType } from '../../schemas/events/event-types.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Knowledge } from './definitions.ts'
import type { Timeline } from './timeline.ts'
import { lastHeard, taskTimer } from './timers.ts'

/** A task that ended longer than this before the next began was over: the customer has come back (U26). */
export const continuesWithinMs = 30_000

/** Of so many tasks of one conversation the latest are looked at. */
export const predecessorsMax = 8

/**
 * The task whose contact this one goes on with: as its source says, or as its conversation tells of earlier tasks (V7). The
 * conversation only reports what it knows, `task.preceded` for an earlier task and one more for each end; whether that was
 * near enough is judged here, so that a report which came before all was known does no harm.
 */
export function continuedTask(
  events: Timeline,
  created: Instant,
  knowledge: Knowledge,
): string | null {
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
  const earlier = new Map<string, { readonly created: Instant; readonly ended: Instant }>()
  const reports = events.filter((event) => event.type === 'task.preceded')
  for (const { continuesTask, cause, at } of reports) {
    if (continuesTask === null || cause !== 'task.created' || at >= created) continue
    if (earlier.has(continuesTask)) continue
    const own = reports.filter((report) => report.continuesTask === continuesTask)
    earlier.set(continuesTask, { created: at, ended: endIn(own, knowledge) })
  }
  const [latest] = [...earlier]
    .sort(([a, one], [b, other]) => other.created - one.created || (a < b ? 1 : -1))
    .slice(0, predecessorsMax)
    .filter(([, { ended }]) => ended >= created - continuesWithinMs)
  return latest?.[0] ?? null
}

/**
 * When a task ended, by all that is reported of it: as a source told it, or else as the hub closed it and has not taken
 * back. The limit is the one that is in force by now, because the hub may have closed it by several. Infinity: it has not.
 */
function endIn(reports: Timeline, knowledge: Knowledge): Instant {
  const told = reports.filter(({ cause }) => cause !== 'task.created' && !isOfHub(cause))
  if (told.length > 0) return Math.min(...told.map(({ at }) => at))
  const heard = (type: EventType) =>
    reports.filter(({ cause }) => cause === type).flatMap((report) => lastHeard(report) ?? [])
  const reopened = heard('task.reopened')
  const silentSince = heard('task.force-closed').filter((at) => !reopened.includes(at))
  if (silentSince.length === 0) return Infinity
  return taskTimer(Math.max(...silentSince), knowledge).at
}

function isOfHub(cause: string | null): boolean {
  return cause === 'task.force-closed' || cause === 'task.reopened'
}

function isOther(direction: LedgerEvent['direction']): boolean {
  return direction === 'callback' || direction === 'outbound'
}

function isOwn(type: string): boolean {
  return type !== 'task.preceded'
}
