import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Every number that the hub tells about itself, with its kind and meaning, and nowhere else. One process makes one set.
 * A label has few values: sources, topics, routes, reasons; never an id.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const looks: (() => Promise<void>)[] = []
  collectDefaultMetrics({ register: registry, prefix: 'ledgerline_' })

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
    shardLagRecords: gauge(
      'ledgerline_shard_lag_records',
      'Records of a shard that the tables do not hold yet.',
      shardLabels,
    ),
    shardAsOfSeconds: gauge(
      'ledgerline_shard_as_of_seconds',
      "The time that a shard's rows are as of, in seconds since 1970.",
      shardLabels,
    ),
    shardEntities: gauge(
      'ledgerline_shard_entities',
      'Timelines of a shard that are in memory.',
      shardLabels,
    ),
    liveLagRecords: gauge(
      'ledgerline_live_lag_records',
      'Records of the ledger that the live state has not read yet.',
      [],
    ),
    alertFiring: gauge(
      'ledgerline_alert_firing',
      'Subjects about which a rule fires. Which they are: GET /v1/alerts.',
      ruleLabels,
    ),
    alertPending: gauge(
      'ledgerline_alert_pending',
      'Subjects that are past the threshold of a rule, but not yet for long enough.',
      ruleLabels,
    ),
    alertUnobserved: gauge(
      'ledgerline_alert_unobserved',
      '1 while what a rule looks at cannot be seen, so that its alerts stay as they are.',
      ['rule'],
    ),
    alertEvaluationSeconds: seconds(
      'ledgerline_alert_evaluation_seconds',
      'How long it takes to look at all rules once.',
      [],
    ),
    alertDeliveries: counter(
      'ledgerline_alert_deliveries_total',
      'Attempts at the webhook of alerts: taken or failed; and deliveries that were given up, refused or too old or too many.',
      ['outcome'],
    ),
    alertDeliveriesWaiting: gauge(
      'ledgerline_alert_deliveries_waiting',
      'Deliveries of alerts that the receiver has not taken yet.',
      [],
    ),
    alertDeliveriesOldestSeconds: gauge(
      'ledgerline_alert_deliveries_oldest_seconds',
      'How long the oldest of these has waited.',
      [],
    ),
    deliveryAttempts: counter(
      'ledgerline_delivery_attempts_total',
      'Attempts at a target: taken, failed or refused for good.',
      ['target', 'kind', 'outcome'],
    ),
    deliveryRetries: counter(
      'ledgerline_delivery_retries_total',
      'Of these attempts, those at what had been tried before.',
      targetLabels,
    ),
    deliveryGivenUp: counter(
      'ledgerline_delivery_given_up_total',
      'What is not tried any more: refused for good, or given up because it was too old.',
      ['target', 'kind', 'outcome'],
    ),
    deliveryCoalesced: counter(
      'ledgerline_delivery_coalesced_total',
      'States that were not sent, because a newer one of the same agent took their place.',
      ['target'],
    ),
    deliveryWaiting: gauge(
      'ledgerline_delivery_waiting',
      'What waits for a target: agents whose newest state it has not taken, and documents.',
      targetLabels,
    ),
    deliveryOldestSeconds: gauge(
      'ledgerline_delivery_oldest_seconds',
      'How long the oldest of these has waited.',
      targetLabels,
    ),
    deliveryDeadLetters: gauge(
      'ledgerline_delivery_dead_letters',
      'Documents that a target has refused for good or that were given up.',
      ['target'],
    ),
    deliveryBreaker: gauge(
      'ledgerline_delivery_breaker',
      '0: closed, all goes on. 1: half open, one attempt goes out to see. 2: open, nothing does.',
      ['target'],
    ),
    deliverySeconds: seconds(
      'ledgerline_delivery_seconds',
      'From being put in the outbox to being taken by the target.',
      targetLabels,
    ),
    feedSeconds: seconds(
      'ledgerline_feed_seconds',
      "From what changed an agent's state to a target's having taken it.",
      ['target'],
    ),
    feedLastDelivered: gauge(
      'ledgerline_feed_last_delivered_seconds',
      'When a target last took states, in seconds since 1970.',
      ['target'],
    ),
    feedUnknownAgents: gauge(
      'ledgerline_feed_unknown_agents',
      'Agents who are not told to a target, because nobody has said what it knows them by.',
      ['target'],
    ),
    feedToldUntil: gauge(
      'ledgerline_feed_told_until_seconds',
      'Up to when everything is in the feed, in seconds since 1970; 0: not known.',
      [],
    ),
    feedReaders: gauge('ledgerline_feed_readers', 'Readers of the adherence feed.', []),
    adherenceReaders: gauge(
      'ledgerline_adherence_readers',
      'Readers of the stream of adherence.',
      [],
    ),
    streamReaders: gauge('ledgerline_stream_readers', 'Readers of the state stream.', []),
    spoolRecords: gauge('ledgerline_spool_records', 'Records that wait for the brokers.', []),
    spoolFullness: gauge(
      'ledgerline_spool_fullness_ratio',
      'From 0 to 1, where webhooks are answered with 503. Alarm at 0.8.',
      [],
    ),
    spoolOldestSeconds: gauge(
      'ledgerline_spool_oldest_seconds',
      'How long the oldest record has waited for the brokers.',
      [],
    ),
    /** Has something looked at whenever somebody asks for the numbers. */
    onRead: (look: () => Promise<void>) => void looks.push(look),
    /** All of it as Prometheus reads it. */
    async text(): Promise<string> {
      await Promise.all(looks.map((look) => look()))
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

const ruleLabels: ('rule' | 'subject' | 'severity')[] = ['rule', 'subject', 'severity']
const targetLabels: ('target' | 'kind')[] = ['target', 'kind']
const shardLabels: ('topic' | 'partition')[] = ['topic', 'partition']

/** From a local write to the four hours for which Event Streams tries again. */
const secondsBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600, 14400,
]
