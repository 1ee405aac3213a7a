import { intervalFormSchema, type IntervalForm } from '../form/interval-form.ts'
import type { QueueFileOptions } from './queue-file.ts'

const start = [
  { name: 'interval', text: '{interval.minutes}', as: 'number' },
  { name: 'date_from', time: 'yyyyMMdd' },
  { name: 'time', time: 'HH:mm' },
  { name: 'agent_id', text: '{agent.logon}', max: 50 },
  { name: 'agent_name', text: '{agent.name}', max: 50 },
]

type Options = Omit<QueueFileOptions, 'attribution'>

/** What an agent did in a queue. Handling is by its end, as in the queue file by end. */
export function agentQueueForm(options: Options): IntervalForm {
  return form('agent-queues', options, [
    ...start,
    { name: 'queue', text: '{queue.number}', as: 'number', max: 2 ** 31 - 1 },
    { name: 'queue_name', text: '{queue.name}', max: 30 },
    { name: 'talking_call_dur', metric: ['talk_wce_ms', 'hold_wce_ms'] },
    { name: 'wrap_up_dur', metric: 'acw_wce_ms' },
    { name: 'answ_call_cnt', metric: 'offers_accepted_count' },
    { name: 'transfer_out_call_cnt', metric: 'transferred_out_count' },
  ])
}

/** An agent's time. What the ledger does not tell apart is 0, as the vendor's own spec has it for a cloud platform. */
export function agentForm(options: Options): IntervalForm {
  return form('agents', options, [
    ...start,
    { name: 'avail_dur', metric: 'available_ms' },
    { name: 'tot_work_dur', metric: 'signed_in_ms' },
    { name: 'pause_dur', metric: 'aux_ms' },
    { name: 'wait_dur', metric: 'state_idle_ms' },
    ...['admin_dur', 'direct_out_call_cnt', 'direct_out_call_dur'].map((name) => ({
      name,
      number: 0,
    })),
    ...['direct_in_call_cnt', 'direct_in_call_dur'].map((name) => ({ name, number: 0 })),
  ])
}

function form(
  rows: IntervalForm['rows'],
  { intervalMinutes, zone, separator }: Options,
  columns: readonly object[],
): IntervalForm {
  return intervalFormSchema.parse({
    ...{ rows, intervalMinutes, zone, columns, zeroRows: false },
    file: '{rows}-data_{from:yyyyMMddHHmm}_{to:yyyyMMddHHmm}_{created:yyyyMMddHHmmss}.csv',
    format: { kind: 'csv', separator, header: false, quote: 'never' },
  })
}
