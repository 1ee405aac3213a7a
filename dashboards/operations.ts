import { metricsFigure, metricsLines } from './look/metrics-panels.ts'
import * as thresholds from './look/thresholds.ts'
import type { Board } from './board.ts'
import { dataSource, metricsSource } from './variables.ts'

const half = { width: 12, height: 8 } as const
const small = { width: 4, height: 4 } as const
const unseen = 'Prometheus has no such numbers: does it read /metrics of every process?'
const unused = 'Nothing is delivered by this hub'

export const operations: Board = {
  name: 'operations',
  title: 'Operations',
  about:
    'How the hub itself does: how far behind, how much, what fails, and what it needs. From GET /metrics, through Prometheus.',
  from: 'now-6h',
  refresh: '30s',
  variables: [dataSource, metricsSource],
  rows: [
    {
      title: 'Is it well?',
      panels: [
        metricsFigure({
          ...{ ...small, title: 'Tables behind', whenEmpty: unseen },
          about: 'Records of the ledger that the tables do not hold yet, of all shards.',
          expr: 'sum(ledgerline_shard_lag_records)',
        }),
        metricsFigure({
          ...{ ...small, title: 'Tables as of', unit: 'seconds', whenEmpty: unseen },
          about: 'How old the oldest shard is: its rows know nothing newer.',
          expr: 'time() - min(ledgerline_shard_as_of_seconds)',
          steps: thresholds.freshnessSteps,
        }),
        metricsFigure({
          ...{ ...small, title: 'Live state behind', whenEmpty: unseen },
          about: 'Records of the ledger that the live state has not read yet.',
          expr: 'sum(ledgerline_live_lag_records)',
        }),
        metricsFigure({
          ...{ ...small, title: 'Spool', unit: 'share', whenEmpty: unseen },
          about:
            'How full the store for a broker that is away is. At 100 % webhooks are turned away.',
          expr: 'max(ledgerline_spool_fullness_ratio)',
          steps: [
            { value: null, color: 'green' },
            { value: 0.5, color: 'orange' },
            { value: 0.8, color: 'red' },
          ],
        }),
        metricsFigure({
          ...{ ...small, title: 'Alerts firing', whenEmpty: unseen },
          about: 'Subjects about which rules of the hub fire.',
          expr: 'sum(ledgerline_alert_firing)',
          steps: thresholds.anyIsBad,
        }),
        metricsFigure({
          ...{ ...small, title: 'Readers', whenEmpty: unseen },
          about: 'Wallboards and others that follow the state.',
          expr: 'sum(ledgerline_stream_readers)',
        }),
      ],
    },
    {
      title: 'Lag',
      panels: [
        metricsLines({
          ...{ ...half, title: 'Records not yet in the tables', whenEmpty: unseen },
          about: 'By topic. It rises while events come faster than they are folded.',
          lines: [{ expr: 'sum by (topic) (ledgerline_shard_lag_records)', called: '{{topic}}' }],
        }),
        metricsLines({
          ...{ ...half, title: 'From happening to the ledger', unit: 'seconds', whenEmpty: unseen },
          about: 'How soon half and 99 of 100 events are durable after they happened.',
          lines: [0.5, 0.99].map((share) => ({
            expr: `histogram_quantile(${share}, sum by (le, source) (rate(ledgerline_happened_to_stored_seconds_bucket[$__rate_interval])))`,
            called: `{{source}}, ${share * 100} of 100`,
          })),
        }),
      ],
    },
    {
      title: 'Throughput and errors',
      panels: [
        metricsLines({
          ...{ ...half, title: 'Events', unit: 'per second', whenEmpty: unseen },
          about: 'What sources send, by what is made of it.',
          lines: [
            {
              expr: 'sum by (source, verdict) (rate(ledgerline_ingest_events_total[$__rate_interval]))',
              called: '{{source}} {{verdict}}',
            },
          ],
        }),
        metricsLines({
          ...{ ...half, title: 'Requests turned away', unit: 'per second' },
          about: 'Requests that nobody known has signed, and those answered with another error.',
          whenEmpty: 'None was turned away',
          lines: [
            {
              expr: 'sum by (source) (rate(ledgerline_ingest_signature_failures_total[$__rate_interval]))',
              called: '{{source}} not signed',
            },
            {
              expr: 'sum by (source, status) (rate(ledgerline_ingest_rejections_total[$__rate_interval]))',
              called: '{{source}} {{status}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'What leaves',
      panels: [
        metricsLines({
          ...{ ...half, title: 'Waiting for targets', whenEmpty: unused },
          about: 'Agents and documents that a target has not taken yet.',
          lines: [
            {
              expr: 'sum by (target, kind) (ledgerline_delivery_waiting)',
              called: '{{target}} {{kind}}',
            },
            {
              expr: 'sum by (target) (ledgerline_delivery_dead_letters)',
              called: '{{target}} given up',
            },
          ],
        }),
        metricsLines({
          ...{ ...half, title: 'Oldest that waits', unit: 'seconds', whenEmpty: unused },
          about: 'How long the oldest of them has waited; and the oldest alert for its webhook.',
          lines: [
            { expr: 'max by (target) (ledgerline_delivery_oldest_seconds)', called: '{{target}}' },
            { expr: 'max(ledgerline_alert_deliveries_oldest_seconds)', called: 'alerts' },
          ],
        }),
      ],
    },
    {
      title: 'Memory and processor',
      panels: [
        metricsLines({
          ...{ width: 8, height: 8, title: 'Memory', unit: 'bytes', whenEmpty: unseen },
          about: 'Of each process as the system counts it, and of it what is heap.',
          lines: [
            { expr: 'ledgerline_process_resident_memory_bytes', called: '{{instance}}' },
            { expr: 'ledgerline_nodejs_heap_size_used_bytes', called: '{{instance}} heap' },
          ],
        }),
        metricsLines({
          ...{ width: 8, height: 8, title: 'Processor', unit: 'average', whenEmpty: unseen },
          about: 'How many cores each process keeps busy.',
          lines: [
            {
              expr: 'rate(ledgerline_process_cpu_seconds_total[$__rate_interval])',
              called: '{{instance}}',
            },
          ],
        }),
        metricsLines({
          ...{ width: 8, height: 8, title: 'Held up', unit: 'seconds', whenEmpty: unseen },
          about:
            'How late the event loop is, 99 of 100 times at the most; and timelines in memory follow the load.',
          lines: [{ expr: 'ledgerline_nodejs_eventloop_lag_p99_seconds', called: '{{instance}}' }],
        }),
      ],
    },
  ],
}
