import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type { Chronicle } from '../model/chronicle.ts'
import { adherenceRows, outAt } from './adherence-rows.ts'
import { activityRows, agentRows } from './agent-rows.ts'
import { conversationRows } from './conversation-rows.ts'
import { cutLegs, cutVisits } from './cut.ts'
import { defaultTruthParameters, type TruthParameters } from './parameters.ts'
import { agentQueueRows, queueRows, type Cut } from './queue-rows.ts'
import type { ExpectedRows } from './row.ts'

export interface TruthOptions {
  readonly parameters?: TruthParameters
  /** Only intervals that begin inside; it must begin at a base interval. Everything else still counts for their stocks. */
  readonly window?: Span
}

/**
 * The simulator's own answer: every row of the interval tables, with every column, as it is at a moment. It is worked
 * out from what the model did, interval by interval, and shares no code with the projections that it is there to check.
 */
export function expectedRows(
  chronicle: Chronicle,
  asOf: Instant,
  options: TruthOptions = {},
): ExpectedRows {
  const parameters = options.parameters ?? defaultTruthParameters
  const cut = cutAt(chronicle, asOf, parameters, options.window)
  return {
    queue_intervals: queueRows(cut, parameters),
    agent_queue_intervals: agentQueueRows(cut),
    agent_intervals: agentRows(cut, chronicle),
    agent_activity_intervals: activityRows(cut, chronicle),
    conversation_intervals: conversationRows(chronicle, cut.window),
    adherence_intervals: adherenceRows(cut, chronicle, parameters),
  }
}

/** Who is out of adherence just before a moment, by agent, and since when. */
export function expectedOut(
  chronicle: Chronicle,
  asOf: Instant,
  parameters: TruthParameters = defaultTruthParameters,
): ReadonlyMap<string, Instant> {
  return outAt(cutAt(chronicle, asOf, parameters), chronicle, parameters)
}

function cutAt(
  chronicle: Chronicle,
  asOf: Instant,
  { intervalMs }: TruthParameters,
  asked: Span = { from: -Infinity, to: Infinity },
): Cut {
  const window = { from: asked.from, to: Math.min(asked.to, asOf), intervalMs, asOf }
  const legsByRecord = cutLegs(chronicle, asOf)
  const legs = [...legsByRecord.values()]
  const visits = cutVisits(chronicle, legsByRecord, asOf)
  const transfers = chronicle.transfers.filter((transfer) => transfer.at < asOf)
  return { workspace: chronicle.workspace, visits, legs, transfers, asOf, window }
}
