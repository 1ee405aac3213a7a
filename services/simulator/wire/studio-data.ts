import type { Instant } from '../../../schemas/events/instant.ts'
import type { Centre } from '../model/centre.ts'
import type { FlowEnded, FlowStarted, FlowStepped } from '../model/happening.ts'
import { toIsoSeconds } from './form.ts'

/** What Event Streams tells of a flow's run and of each step that it has taken. */
export function studioData(
  saying: FlowStarted | FlowStepped | FlowEnded,
  at: Instant,
  { accountSid }: Centre,
): object {
  const { flow } = saying
  const run = { account_sid: accountSid, flow_sid: flow.sid, execution_sid: flow.execution }
  if (saying.type === 'step.ended') {
    return {
      ...run,
      step_sid: saying.step,
      parent_step_sid: saying.previous,
      name: saying.transition,
      transitioned_from: saying.from,
      transitioned_to: saying.to,
      date_created: toIsoSeconds(at),
    }
  }
  const isEnd = saying.type === 'execution.ended'
  return {
    ...run,
    flow_revision: 17,
    contact_channel_address: flow.address,
    started_by: flow.startedBy,
    status: isEnd ? 'ended' : 'started',
    ...(isEnd ? { ended_reason: `Flow Execution Ended: ${saying.reason}` } : {}),
    date_created: toIsoSeconds(flow.startedAt),
    date_updated: toIsoSeconds(at),
  }
}
