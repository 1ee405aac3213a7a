import { z } from 'zod'
import { connector, zone } from '../connector.ts'
import { intervalFormSchema, type IntervalForm } from '../form/interval-form.ts'

const options = z.strictObject({ intervalMinutes: z.literal([15, 30, 60]).default(15), zone })

export const ringcx = connector({
  ...{ name: 'ringcx', title: 'WFM products that poll as they poll RingCX', status: 'verified' },
  sources: [
    'ringcentral/engage-voice-api-docs: the guide to reports and the OpenAPI, which is Calabrio’s model over REST',
    'The papers contradict each other: the order of day and month in `dateTimeFrom`, minutes or seconds in `timeInterval`. Here: month first; minutes, and seconds are understood',
  ],
  attribution: 'by the end of waits and handles',
  zone: 'that of the question; without offsets, so that the hour that comes twice is one row, of sums',
  zeroRows: 'zeros of queues that are asked for; agents without rows have none',
  closeDelayMinutes: 5,
  lateData: 'overlapping',
  lateDataNote: 'the product asks again for what it wants again',
  names: 'queues by a whole number and up to 100 characters of a name',
  units: 'whole seconds, each value rounded half up by itself; `interval` in minutes',
  options,
  make: (told) => ({
    files: {
      queues: queueStats(told),
      'agent-queues': extendedStats(told),
      agents: agentStats(told),
    },
  }),
})

type Options = z.infer<typeof options>

const start = [
  { name: 'interval', text: '{interval.minutes}', as: 'number' },
  { name: 'dateTimeFrom', time: "MM-dd-yyyy'T'HH:mm:ss" },
]
const agent = [
  { name: 'agentId', text: '{agent.logon}', as: 'number' },
  { name: 'agentName', text: '{agent.name}', max: 100 },
]
const queue = [
  { name: 'queue', text: '{queue.number}', as: 'number', max: 2 ** 31 - 1 },
  { name: 'queueName', text: '{queue.name}', max: 100 },
]

/** `agg-queue-stats`. Holds go with talk, as the product's handle time is talk and wrap-up; they are told apart beside. */
function queueStats(told: Options): IntervalForm {
  return form('queues', told, [
    ...[...start, ...queue],
    { name: 'offdDirectIxnCnt', metric: 'entered_count' },
    {
      name: 'overflowInIxnCnt',
      metric: ['moved_in_count', 'transferred_in_count', 'requeued_in_count'],
    },
    { name: 'abandIxnCnt', metric: 'abandoned_count' },
    { name: 'overflowOutIxnCnt', metric: 'flowed_out_count' },
    { name: 'answIxnCnt', metric: 'answered_count' },
    { name: 'queuedAndAnswIxnDur', metric: 'wait_answered_ms' },
    { name: 'queuedAndAbandIxnDur', metric: 'wait_abandoned_ms' },
    { name: 'talkingIxnDur', metric: ['talk_wce_ms', 'hold_wce_ms'] },
    { name: 'wrapUpDur', metric: 'acw_wce_ms' },
    { name: 'queuedAnswLongestQueDur', metric: 'wait_answered_max_ms' },
    { name: 'queuedAbandLongestQueDur', metric: 'wait_abandoned_max_ms' },
    { name: 'ansServicelevelCnt', metric: 'answered_in_sl_count' },
    { name: 'waitDur', number: 0 },
    { name: 'abandShortIxnCnt', metric: 'abandoned_short_count' },
    {
      ...{ name: 'abandWithinSlCnt', metric: 'abandoned_in_sl_count' },
      minus: 'abandoned_short_count',
    },
    { name: 'completedContacts', metric: 'handled_count' },
    { name: 'segmentHoldTime', metric: 'hold_wce_ms' },
  ])
}

/** `agg-agent-extended-stats`. */
function extendedStats(told: Options): IntervalForm {
  return form('agent-queues', told, [
    ...[...start, ...agent, ...queue],
    { name: 'talkingIxnDur', metric: ['talk_wce_ms', 'hold_wce_ms'] },
    { name: 'wrapUpDur', metric: 'acw_wce_ms' },
    { name: 'answIxnCnt', metric: 'offers_accepted_count' },
    { name: 'transferOutIxnCnt', metric: 'transferred_out_count' },
  ])
}

/** `agg-agent-stats`. What the ledger does not tell apart is 0. */
function agentStats(told: Options): IntervalForm {
  return form('agents', told, [
    ...[...start, ...agent],
    { name: 'availDur', metric: 'available_ms' },
    { name: 'totWorkDur', metric: 'signed_in_ms' },
    { name: 'pauseDur', metric: 'aux_ms' },
    { name: 'waitDur', metric: 'state_idle_ms' },
    ...['adminDur', 'directOutIxnCnt', 'directOutIxnDur'].map((name) => ({ name, number: 0 })),
    ...['directInIxnCnt', 'directInIxnDur'].map((name) => ({ name, number: 0 })),
  ])
}

function form(
  rows: IntervalForm['rows'],
  { intervalMinutes, zone }: Options,
  columns: readonly object[],
): IntervalForm {
  return intervalFormSchema.parse({
    ...{ rows, intervalMinutes, zone, columns, zeroRows: rows === 'queues' },
    ...{ file: '{rows}.json', format: { kind: 'json' } },
  })
}
