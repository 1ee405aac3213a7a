import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Every number that the hub tells about itself, with its kind and meaning, and nowhere else. One process makes one set.
 * A label has few values: sources, topics, routes, reasons; never an id.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]

  function counter<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Counter({ name, help, labelNames, registers })
  }
  function gauge<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Gauge({ name, help, labelNames, registers })
  }
  function seconds<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Histogram({ name, help, labelNames, buckets: secondsBuckets, registers })
  }

  return {
    happenedToStoredSeconds: seconds(
      'ledgerline_happened_to_stored_seconds',
      'From the moment that a source gives an event to its being durable in the ledger.',
      ['source'],
    ),
    ingestEvents: counter(
      'ledgerline_ingest_events_total',
      'What sources sent, by what was made of it: understood, unknown or refused.',
      ['source', 'verdict'],
    ),
    ingestRefusals: counter(
      'ledgerline_ingest_refusals_total',
      'What went to the dead letters, by reason.',
      ['source', 'reason'],
    ),
    ingestDirectionUnknown: counter(
      'ledgerline_ingest_direction_unknown_total',
      'Events of tasks whose direction cannot be told: attributes empty, huge, not JSON or in unknown words.',
      ['source'],
    ),
    ingestSignatureFailures: counter(
      'ledgerline_ingest_signature_failures_total',
      'Requests turned away because nobody known has signed them.',
      ['source'],
    ),
    ingestRejections: counter(
      'ledgerline_ingest_rejections_total',
      'Requests answered with an error for any other reason, by status.',
      ['source', 'status'],
    ),
    ingestBytes: counter(
      'ledgerline_ingest_bytes_total',
      'Bytes of the bodies of requests whose sender is known.',
      ['source'],
    ),
    ingestLastReceivedSeconds: gauge(
      'ledgerline_ingest_last_received_seconds',
      'When a source was last heard of, in seconds since 1970.',
      ['source'],
    ),
    /** All of it as Prometheus reads it. */
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

/** From a local write to the four hours for which Event Streams tries again. */
const secondsBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600, 14400,
]
