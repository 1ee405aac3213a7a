import { closedBy } from './closed-by.ts'
import type { OwnRow } from './projection.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { TaskStory } from './task-story.ts'

/**
 * One row a stay of the task in a queue, so that every waiting number can be recomputed in SQL. It carries the thresholds
 * by which it was judged.
 */
export function queueVisits(story: TaskStory): readonly OwnRow[] {
  return story.visits.map((visit, index) => ({
    table: 'queue_visits',
    key: { workspace: story.workspace, task: story.task, visit: index + 1 },
    values: {
      conversation: story.conversation,
      workflow: story.workflow,
      queue: visit.queue,
      channel: story.channel,
      direction: story.direction,
      entry: visit.entry,
      entered_at: visit.entered,
      exited_at: visit.exited,
      is_open: visit.exited === null,
      closed_by: closedBy(visit.closing),
      disposition: visit.disposition ?? 'waiting',
      wait_ms: visit.exited === null ? 0 : visit.exited - visit.entered,
      answered_by: visit.answeredBy ?? '',
      sl_threshold_ms: visit.slThresholdMs,
      short_abandon_ms: visit.shortAbandonMs,
      definitions_version: visit.definitionsVersion,
      anomalies: visit.anomalies,
      ...receiptColumns(receiptOf(visit.told)),
    },
  }))
}
