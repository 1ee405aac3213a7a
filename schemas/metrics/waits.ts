import { apportioned, atItsMoment, observedNow } from './differences.ts'
import type { Metric } from './metric.ts'

/** How long they waited, and who waits. */
export const waits = [
  {
    name: 'wait_answered_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits answered',
    formula: 'Σ (answered − entered) of visits answered',
    edges:
      'Ringing is wait; a refused offer goes on waiting. From the entry into this queue, also after a transfer',
    differs: {
      ...atItsMoment,
      twilio:
        'wait_duration_in_queue_until_accepted; wait_duration_until_accepted runs from the task’s creation, also after a transfer',
      genesys: 'The sum of tAnswered',
      connect: 'Queue answer time, with the whisper to the agent in it',
    },
  },
  {
    name: 'wait_abandoned_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits abandoned',
    formula: 'Σ (abandoned − entered) of visits abandoned',
    edges: 'Short abandons are in it',
    differs: {
      ...atItsMoment,
      genesys: 'The sum of tAbandon',
      connect: 'Queue abandon time, by the interval of disconnect',
    },
  },
  {
    name: 'wait_flowed_out_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Waits of the visits flowed out',
    formula: 'Σ (left − entered) of visits flowed out',
    edges: 'Whole in the interval in which the visit ends',
    differs: { ...atItsMoment, genesys: 'The sum of tFlowOut' },
  },
  {
    name: 'wait_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit that ended, whatever its end',
    formula: 'max (left − entered) of visits closed',
    edges: 'Whatever the end; 0 where none ended',
    differs: { ...atItsMoment, connect: 'Maximum queued time, by the interval of disconnect' },
  },
  {
    name: 'wait_answered_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit answered',
    formula: 'max (answered − entered) of visits answered',
    edges: '0 where none was answered',
    differs: atItsMoment,
  },
  {
    name: 'wait_abandoned_max_ms',
    attribution: 'event',
    rollUp: 'max',
    unit: 'ms',
    description: 'The longest wait of a visit abandoned',
    formula: 'max (abandoned − entered) of visits abandoned',
    edges: '0 where none was abandoned',
    differs: atItsMoment,
  },
  {
    name: 'wait_answered_hist',
    attribution: 'event',
    rollUp: 'histogram',
    unit: 'counts by bucket',
    description: 'Visits answered by length of wait',
    formula: 'visits answered, by the bucket of their wait',
    edges:
      'lower bound < length ≤ upper bound; a length of 0 is in the first bucket, more than a day in the last. Empty where there is none',
    differs: {
      ...atItsMoment,
      connect: 'Counts answered within some thresholds, all of them bounds here',
    },
  },
  {
    name: 'wait_abandoned_hist',
    attribution: 'event',
    rollUp: 'histogram',
    unit: 'counts by bucket',
    description: 'Visits abandoned by length of wait',
    formula: 'visits abandoned, by the bucket of their wait',
    edges:
      'lower bound < length ≤ upper bound; a length of 0 is in the first bucket, more than a day in the last. Empty where there is none',
    differs: {
      ...atItsMoment,
      connect: 'Counts abandoned within some thresholds, all of them bounds here',
    },
  },
  {
    name: 'waiting_tti_ms',
    attribution: 'overlap',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Time that contacts spent waiting inside the interval',
    formula: 'Σ overlap of [entered, left) with the interval',
    edges:
      'Visits that are open count up to the present; divided by the interval’s length it is the mean queue',
    differs: apportioned,
  },
  {
    name: 'waiting_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Visits open at the beginning of the interval',
    formula: 'visits with entered < start and not left before start',
    edges: 'Who leaves at the very start was carried in',
    differs: observedNow,
  },
  {
    name: 'waiting_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Visits open at the end of the interval',
    formula: 'visits with entered < end and not left before end',
    edges:
      'An event on the end does not count; equals the next interval’s beginning. At the present if the interval is not over',
    differs: { ...observedNow, genesys: 'oWaiting, without history' },
  },
  {
    name: 'oldest_waiting_eoi_ms',
    attribution: 'observed',
    rollUp: 'last-max',
    unit: 'ms',
    description: 'Age of the oldest visit open at the end',
    formula: 'max (end − entered) of visits open at the end',
    edges: '0 where nobody waits; of several queues the oldest',
    differs: {
      ...observedNow,
      twilio:
        'longest_relative_task_age_in_queue; longest_task_waiting_age runs from the task’s creation',
      connect: 'Oldest contact in queue, in real time',
    },
  },
] as const satisfies readonly Metric[]
