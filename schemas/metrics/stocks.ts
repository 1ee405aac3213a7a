import { atItsMoment, observedNow } from './differences.ts'
import type { Metric } from './metric.ts'

/** What only a queue has: stocks of offers and handles, and callbacks. */
export const stocks = [
  {
    name: 'alerting_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Offers open at the beginning of the interval',
    formula: 'offers open at the start',
    edges: 'What ends at the very start was carried in',
    differs: observedNow,
  },
  {
    name: 'alerting_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Offers open at the end of the interval',
    formula: 'offers open at the end',
    edges: 'Equals the next interval’s beginning; at the present if the interval is not over',
    differs: observedNow,
  },
  {
    name: 'handling_boi_count',
    attribution: 'observed',
    rollUp: 'first',
    unit: 'count',
    description: 'Handles open at the beginning of the interval',
    formula: 'handles open at the start',
    edges: 'What ends at the very start was carried in',
    differs: observedNow,
  },
  {
    name: 'handling_eoi_count',
    attribution: 'observed',
    rollUp: 'last',
    unit: 'count',
    description: 'Handles open at the end of the interval',
    formula: 'handles open at the end',
    edges: 'Equals the next interval’s beginning; at the present if the interval is not over',
    differs: { ...observedNow, genesys: 'oInteracting, without history' },
  },
  {
    name: 'callback_response_ms',
    attribution: 'event',
    rollUp: 'sum',
    unit: 'ms',
    description: 'Of answered callbacks: from the request to the answer',
    formula: 'Σ (accepted − requested) of answered visits with a request',
    edges:
      'From the customer’s wish, not from the callback’s entry; divide by answered_count of direction callback',
    differs: { ...atItsMoment, connect: 'Has the callback’s initiation time for this' },
  },
] as const satisfies readonly Metric[]
