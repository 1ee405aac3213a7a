import type { Instant } from '../../schemas/events/instant.ts'
import { bucketOf, createCells, type Cell, type Cells, type Dimensions } from './cells.ts'
import { addLeg, addSpan, phasesOf } from './leg-cells.ts'
import type { Leg } from './leg.ts'
import { addStock, stockIntervals } from './stocks.ts'
import type { TaskStory } from './task-story.ts'
import type { Entry, Visit } from './visit-walk.ts'

const entryMetric: Record<Entry, string> = {
  new: 'entered_count',
  moved: 'moved_in_count',
  transfer: 'transferred_in_count',
  requeued: 'requeued_in_count',
}

/** One task's part in `queue_intervals`: section 7 of the dictionary, column by column. */
export function queueIntervals(
  story: TaskStory,
  asOf: Instant,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  const legs = new Map(story.legs.map((leg) => [leg.reservation, leg]))
  const { channel, direction } = story
  for (const visit of story.visits) {
    const dimensions = { queue: visit.queue, channel, direction }
    const answer = visit.answeredBy === null ? undefined : legs.get(visit.answeredBy)
    addArrival(cells, dimensions, visit)
    addStock(cells, dimensions, 'waiting', { from: visit.entered, to: visit.exited }, asOf)
    addSpan(cells, dimensions, 'waiting_tti_ms', {
      from: visit.entered,
      to: visit.exited ?? asOf,
    })
    addOldest(cells, dimensions, visit, asOf)
    addServiceLevelEvent(cells, dimensions, visit, asOf)
    if (visit.exited !== null) addExit(cells, dimensions, visit, visit.exited, story)
    if (answer !== undefined) addCohortHandle(cells, dimensions, visit, answer)
  }
  for (const leg of story.legs) {
    const dimensions = dimensionsOf(leg)
    addLeg(cells, dimensions, leg, asOf)
    addStock(cells, dimensions, 'alerting', { from: leg.offered, to: leg.offerEnded }, asOf)
    if (leg.accepted === null) continue
    addStock(cells, dimensions, 'handling', { from: leg.accepted, to: leg.ended }, asOf)
  }
  addTransfers(cells, story, legs)
  return cells.all
}

/** A leg counts for the queue, channel and direction of its reservation. */
export function dimensionsOf(leg: Leg): Dimensions {
  return { queue: leg.queue, channel: leg.channel, direction: leg.direction }
}

function addArrival(cells: Cells, dimensions: Dimensions, visit: Visit): void {
  const at = visit.entered
  cells.add(at, dimensions, entryMetric[visit.entry], 1)
  cells.add(at, dimensions, 'offered_count', 1)
  if (visit.exited === null) cells.add(at, dimensions, 'cohort_waiting_count', 1)
}

function addExit(
  cells: Cells,
  dimensions: Dimensions,
  visit: Visit,
  exited: Instant,
  story: TaskStory,
): void {
  const wait = exited - visit.entered
  const inSl = wait <= visit.slThresholdMs
  const at = exited
  const cohort = visit.entered
  const both = (metric: string) => {
    cells.add(at, dimensions, metric, 1)
    cells.add(cohort, dimensions, `cohort_${metric}`, 1)
  }
  cells.most(at, dimensions, 'wait_max_ms', wait)
  switch (visit.disposition) {
    case 'answered':
      both('answered_count')
      if (inSl) both('answered_in_sl_count')
      cells.add(at, dimensions, 'wait_answered_ms', wait)
      cells.add(cohort, dimensions, 'cohort_wait_answered_ms', wait)
      cells.most(at, dimensions, 'wait_answered_max_ms', wait)
      cells.add(at, dimensions, bucketOf('wait_answered_hist', wait), 1)
      if (story.requestedAt !== null) {
        const response = Math.max(0, exited - story.requestedAt)
        cells.add(at, dimensions, 'callback_response_ms', response)
      }
      break
    case 'abandoned':
      both('abandoned_count')
      if (wait < visit.shortAbandonMs) both('abandoned_short_count')
      if (inSl) both('abandoned_in_sl_count')
      cells.add(at, dimensions, 'wait_abandoned_ms', wait)
      cells.most(at, dimensions, 'wait_abandoned_max_ms', wait)
      cells.add(at, dimensions, bucketOf('wait_abandoned_hist', wait), 1)
      break
    case 'flowed_out_timeout':
    case 'flowed_out_moved':
    case 'flowed_out_diverted':
    case 'flowed_out_canceled':
      both('flowed_out_count')
      cells.add(at, dimensions, `${visit.disposition}_count`, 1)
      cells.add(at, dimensions, 'wait_flowed_out_ms', wait)
      break
    case null:
      break
  }
}

/**
 * A visit counts for the service level at the moment when its fate is known: at the answer or the abandon within the
 * threshold, else when the threshold passes, whatever comes later (7.5).
 */
function addServiceLevelEvent(
  cells: Cells,
  dimensions: Dimensions,
  visit: Visit,
  asOf: Instant,
): void {
  const wait = (visit.exited ?? asOf) - visit.entered
  if (wait > visit.slThresholdMs) {
    cells.add(visit.entered + visit.slThresholdMs, dimensions, 'sl_event_count', 1)
    return
  }
  if (visit.exited === null) return
  const at = visit.exited
  if (visit.disposition === 'answered') {
    cells.add(at, dimensions, 'sl_event_count', 1)
    cells.add(at, dimensions, 'sl_event_met_count', 1)
  }
  if (visit.disposition === 'abandoned' && wait >= visit.shortAbandonMs) {
    cells.add(at, dimensions, 'sl_event_count', 1)
    cells.add(at, dimensions, 'sl_event_abandoned_count', 1)
  }
}

function addOldest(cells: Cells, dimensions: Dimensions, visit: Visit, asOf: Instant): void {
  const { intervalMs } = cells
  const span = { from: visit.entered, to: visit.exited }
  for (const start of stockIntervals(span, asOf, intervalMs)) {
    const end = Math.min(start + intervalMs, asOf)
    if (visit.entered < end && (visit.exited ?? Infinity) >= end) {
      cells.most(start, dimensions, 'oldest_waiting_eoi_ms', end - visit.entered)
    }
  }
}

/** The handle that answered the visit, once it has ended, in the interval in which the contact arrived. */
function addCohortHandle(cells: Cells, dimensions: Dimensions, visit: Visit, leg: Leg): void {
  if (leg.accepted === null || leg.ended === null) return
  const at = visit.entered
  const { talk, hold, acw } = phasesOf(leg, leg.accepted, leg.ended)
  cells.add(at, dimensions, 'cohort_handled_count', 1)
  cells.add(at, dimensions, 'cohort_handle_ms', talk + hold + acw)
  cells.add(at, dimensions, 'cohort_talk_ms', talk)
  cells.add(at, dimensions, 'cohort_hold_ms', hold)
  cells.add(at, dimensions, 'cohort_acw_ms', acw)
}

/** Transfers count for the queue of the reservation that gives. */
function addTransfers(cells: Cells, story: TaskStory, legs: ReadonlyMap<string, Leg>): void {
  for (const event of story.transfers) {
    const metric = transferMetric(event.type)
    if (metric === null) continue
    const leg = event.reservation === null ? undefined : legs.get(event.reservation)
    const dimensions =
      leg === undefined
        ? { queue: event.queue ?? '', channel: story.channel, direction: story.direction }
        : dimensionsOf(leg)
    cells.add(event.at, dimensions, metric, 1)
  }
}

export function transferMetric(type: TaskStory['transfers'][number]['type']): string | null {
  switch (type) {
    case 'task.transfer-initiated':
      return 'transfers_initiated_count'
    case 'task.transfer-completed':
      return 'transferred_out_count'
    case 'task.transfer-failed':
    case 'task.transfer-canceled':
      return 'transfers_failed_count'
    case 'task.transfer-attempt-failed':
      return null
  }
}
