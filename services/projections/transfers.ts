import type { TransferEvent } from '../../schemas/events/ledger-event.ts'
import type { ClosedBy } from './closed-by.ts'
import type { Anomaly, Leg } from './leg.ts'
import type { OwnRow } from './projection.ts'
import { dimensionsOf } from './queue-intervals.ts'
import { receiptColumns, receiptOf } from './receipt.ts'
import type { TaskStory } from './task-story.ts'

/** One row a transfer: who gave the task to whom, and what came of it. Each event of transfers is in exactly one row. */
export function transfers(story: TaskStory): readonly OwnRow[] {
  const legs = new Map(story.legs.map((leg) => [leg.reservation, leg]))
  return transfersOf(story.transfers, legs).map((events, index) => ({
    table: 'transfers',
    key: { workspace: story.workspace, task: story.task, number: index + 1 },
    values: transfer(events, story, legs),
  }))
}

type Legs = ReadonlyMap<string, Leg>

/** The events of each transfer, in order: a beginning opens one, and what follows belongs to the oldest open one of its giver. */
function transfersOf(
  events: readonly TransferEvent[],
  legs: Legs,
): readonly (readonly TransferEvent[])[] {
  const all: TransferEvent[][] = []
  for (const event of events) {
    const open = all.find(
      (own) => !own.some(isOutcome) && own.every((other) => isOfOne(event, other, legs)),
    )
    if (open === undefined || event.type === 'task.transfer-initiated') all.push([event])
    else open.push(event)
  }
  return all
}

/** By one giver and, where both name it, one transfer. What the giver's reservation does not tell must be the same too. */
function isOfOne(a: TransferEvent, b: TransferEvent, legs: Legs): boolean {
  const isKnown = a.reservation !== null && legs.has(a.reservation)
  return (
    a.reservation === b.reservation &&
    a.worker === b.worker &&
    (isKnown || a.queue === b.queue) &&
    (a.transfer === null || b.transfer === null || a.transfer === b.transfer)
  )
}

const outcomes: Partial<Record<TransferEvent['type'], string>> = {
  'task.transfer-completed': 'completed',
  'task.transfer-failed': 'failed',
  'task.transfer-canceled': 'canceled',
}

function isOutcome({ type }: TransferEvent): boolean {
  return outcomes[type] !== undefined
}

function transfer(
  events: readonly TransferEvent[],
  story: TaskStory,
  legs: Legs,
): OwnRow['values'] {
  const first = <T>(of: (event: TransferEvent) => T | null) =>
    events.flatMap((event) => of(event) ?? []).at(0) ?? null
  const text = (of: (event: TransferEvent) => string | null) => first(of) ?? ''
  const reservation = text((event) => event.reservation)
  const leg = legs.get(reservation)
  const { queue, channel, direction } =
    leg === undefined ? { ...story, queue: text((event) => event.queue) } : dimensionsOf(leg)
  const initiated = events.find(({ type }) => type === 'task.transfer-initiated')
  const outcome = events.find(isOutcome)
  const [toQueue, toAgent] = [text((event) => event.toQueue), text((event) => event.toWorker)]
  // A transfer of which no outcome was told is over with its task (R7).
  const last = events.at(-1)?.at ?? 0
  const end = outcome?.at ?? (story.end === null ? null : Math.max(story.end.at, last))
  const anomalies: Anomaly[] = []
  if (initiated === undefined) anomalies.push('missing_begin')
  if (outcome === undefined && end !== null) anomalies.push('missing_end')
  const closedBy: ClosedBy = end === null ? '' : outcome === undefined ? 'hub' : 'source'
  return {
    transfer: text((event) => event.transfer),
    conversation: story.conversation,
    workflow: story.workflow,
    channel,
    direction,
    reservation,
    from_agent: text((event) => event.worker),
    from_queue: queue,
    kind: toQueue !== '' ? 'queue' : toAgent !== '' ? 'agent' : '',
    to_queue: toQueue,
    to_agent: toAgent,
    mode: text((event) => event.transferMode),
    initiated_at: initiated?.at ?? null,
    attempts_failed_count: events.filter(({ type }) => type === 'task.transfer-attempt-failed')
      .length,
    ended_at: end,
    is_open: end === null,
    closed_by: closedBy,
    outcome: outcome === undefined ? (end === null ? 'open' : 'unknown') : outcomes[outcome.type],
    reason: text((event) => event.reason),
    anomalies,
    ...receiptColumns(receiptOf(events)),
  }
}
