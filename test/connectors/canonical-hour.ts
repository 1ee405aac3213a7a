import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { AgentIdentity, IntervalRow, QueueIdentity } from '../../connectors/interval-row.ts'

// The one hour that all golden files of intervals are of, as rows of our tables.

const folder = join(import.meta.dirname, '../fixtures/wfm/canonical')
const count = z.number()

const queueRow = z
  .object({
    ...{ interval_start: z.string(), queue_number: count, queue_name: z.string() },
    ...{ channel: z.string(), offered_direct: count, overflow_in: count, answered: count },
    ...{ abandoned: count, overflow_out: count, wait_answered_s: count, wait_abandoned_s: count },
    ...{ longest_wait_answered_s: count, longest_wait_abandoned_s: count, talk_s: count },
    ...{ wrap_s: count, answered_in_sl: count, abandoned_short: count, abandoned_in_sl: count },
  })
  .transform((row): IntervalRow => ({
    from: Date.parse(row.interval_start),
    queue: queueIdentity(row.queue_number, row.queue_name, row.channel),
    agent: null,
    values: {
      ...{ entered_count: row.offered_direct, moved_in_count: row.overflow_in },
      ...{ offered_count: row.offered_direct + row.overflow_in },
      ...{ answered_count: row.answered, abandoned_count: row.abandoned },
      ...{ flowed_out_count: row.overflow_out, answered_in_sl_count: row.answered_in_sl },
      ...{ wait_answered_ms: 1000 * row.wait_answered_s },
      ...{ wait_abandoned_ms: 1000 * row.wait_abandoned_s },
      ...{ wait_answered_max_ms: 1000 * row.longest_wait_answered_s },
      ...{ wait_abandoned_max_ms: 1000 * row.longest_wait_abandoned_s },
      ...{ talk_wce_ms: 1000 * row.talk_s, acw_wce_ms: 1000 * row.wrap_s },
      ...{ handled_count: row.answered, handle_wce_ms: 1000 * (row.talk_s + row.wrap_s) },
      abandoned_short_count: row.abandoned_short,
      abandoned_in_sl_count: row.abandoned_in_sl + row.abandoned_short,
    },
  }))

const agentQueueRow = z
  .object({
    ...{ interval_start: z.string(), agent_logon: z.string(), agent_name: z.string() },
    ...{ queue_number: count, queue_name: z.string(), answered: count, talk_s: count },
    ...{ wrap_s: count, transferred_out: count },
  })
  .transform((row): IntervalRow => ({
    from: Date.parse(row.interval_start),
    queue: queueIdentity(row.queue_number, row.queue_name, 'voice'),
    agent: agentIdentity(row.agent_logon, row.agent_name),
    values: {
      ...{ offers_accepted_count: row.answered, transferred_out_count: row.transferred_out },
      ...{ talk_wce_ms: 1000 * row.talk_s, acw_wce_ms: 1000 * row.wrap_s },
    },
  }))

const agentRow = z
  .object({
    ...{ interval_start: z.string(), agent_logon: z.string(), agent_name: z.string() },
    ...{ logged_in_s: count, not_available_s: count, available_s: count, idle_s: count },
  })
  .transform((row): IntervalRow => ({
    from: Date.parse(row.interval_start),
    queue: null,
    agent: agentIdentity(row.agent_logon, row.agent_name),
    values: {
      ...{ signed_in_ms: 1000 * row.logged_in_s, aux_ms: 1000 * row.not_available_s },
      ...{ available_ms: 1000 * row.available_s, state_idle_ms: 1000 * row.idle_s },
    },
  }))

export const queueHour = z.array(queueRow).parse(read('queue-interval.json'))
export const agentQueueHour = z.array(agentQueueRow).parse(read('agent-queue-interval.json'))
export const agentHour = z.array(agentRow).parse(read('agent-interval.json'))

export function queueIdentity(number: number, name: string, channel = 'voice'): QueueIdentity {
  return { id: `WQ${number}`, channel, direction: 'inbound', number, name }
}

export function agentIdentity(logon: string, name: string): AgentIdentity {
  return { id: `WK${logon}`, logon, name }
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}
