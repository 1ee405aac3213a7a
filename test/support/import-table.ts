/** Who may import whom, besides itself. CONTRIBUTING.md shows the same to people. */
export interface Area {
  readonly folder: string
  /** Folders, files and packages. */
  readonly mayImport: readonly string[]
  /** What of Node itself. Where the meaning is, there is no world: at most what computes. */
  readonly nodeModules: 'any' | readonly string[]
}

const pure = ['node:crypto']

export const areas: readonly Area[] = [
  { folder: 'schemas/events', mayImport: ['zod'], nodeModules: pure },
  // It reads the schemas' own files, which stand beside it.
  {
    folder: 'schemas/avro',
    mayImport: ['schemas/events', 'zod', 'avsc'],
    nodeModules: ['node:crypto', 'node:fs', 'node:path'],
  },
  { folder: 'schemas/inbound', mayImport: ['schemas/events', 'zod'], nodeModules: pure },
  { folder: 'schemas/metrics', mayImport: ['schemas/events', 'zod'], nodeModules: pure },
  // The columns of an interval table are the catalogue's metrics, and are written nowhere else.
  {
    folder: 'schemas/tables',
    mayImport: ['schemas/events', 'schemas/metrics', 'zod'],
    nodeModules: pure,
  },
  {
    folder: 'schemas/feeds',
    mayImport: ['schemas/events', 'schemas/metrics', 'zod'],
    nodeModules: pure,
  },

  { folder: 'services/time', mayImport: ['schemas/events', 'luxon'], nodeModules: pure },
  // `schemas/metrics`: a row's columns add up as the catalogue says that they do.
  {
    folder: 'services/projections',
    mayImport: [
      'schemas/events',
      'schemas/tables',
      'schemas/metrics',
      'services/time',
      'connectors/mapping',
    ],
    nodeModules: pure,
  },
  // What a customer sets, from the text of a file to an event of the ledger.
  {
    folder: 'services/definitions',
    mayImport: ['schemas/events', 'services/time', 'connectors', 'yaml', 'zod'],
    nodeModules: pure,
  },
  {
    folder: 'services/routing',
    mayImport: ['schemas/events', 'services/time', 'zod'],
    nodeModules: pure,
  },
  // Never the simulator, whose router is its own: so that each can check the other.
  {
    folder: 'services/whatif',
    mayImport: ['schemas/events', 'services/routing', 'zod'],
    nodeModules: pure,
  },
  {
    folder: 'connectors',
    mayImport: ['schemas', 'services/time', 'csv-parse', 'zod'],
    nodeModules: pure,
  },
  // The verdicts are the words in which a source answers.
  {
    folder: 'services/ingest/sources',
    mayImport: ['schemas', 'services/ingest/verdict.ts', 'cloudevents', 'zod'],
    nodeModules: pure,
  },

  {
    folder: 'services/runtime',
    mayImport: ['schemas/events', 'pino', 'prom-client', 'zod'],
    nodeModules: 'any',
  },
  {
    folder: 'services/log',
    mayImport: ['schemas', 'services/runtime', 'kafkajs', '@photostructure/sqlite', 'zod'],
    nodeModules: 'any',
  },
  {
    folder: 'services/warehouse',
    mayImport: ['schemas', 'services/runtime', '@clickhouse/client', 'chdb', 'zod'],
    nodeModules: 'any',
  },
  // It keeps its outbox as the log keeps its spool, tells the ledger what has left, and answers beside the live state.
  {
    folder: 'services/delivery',
    mayImport: [
      'schemas',
      'services/definitions/yaml-file.ts',
      'services/ingest/records.ts',
      'services/live/access.ts',
      'services/live/answering.ts',
      'services/live/problem.ts',
      'services/log',
      'services/runtime',
      'fastify',
      'ssh2',
      'zod',
    ],
    nodeModules: 'any',
  },
  {
    folder: 'services/ingest',
    mayImport: [
      'schemas',
      'services/log',
      'services/runtime',
      'fastify',
      'twilio',
      'standardwebhooks',
      'cloudevents',
      'zod',
    ],
    nodeModules: 'any',
  },
  // What it reads again is understood and kept as ingest understands and keeps it.
  {
    folder: 'services/repair',
    mayImport: [
      'schemas',
      'services/ingest/sources',
      'services/ingest/verdict.ts',
      'services/ingest/records.ts',
      'services/ingest/dead-letter-records.ts',
      'services/log',
      // Which gaps a table waits for before it is final.
      'services/projections/coverage.ts',
      'services/time',
      'services/warehouse/warehouse.ts',
      'services/runtime',
      'twilio',
      'zod',
    ],
    nodeModules: 'any',
  },
  // A shard's memory is SQLite, on the disk of whoever folds it.
  {
    folder: 'services/runner',
    mayImport: [...middle(), '@photostructure/sqlite'],
    nodeModules: 'any',
  },
  // Its operations rebuild and verify, which the runner does, and redrive dead letters, which ingest alone can read.
  {
    folder: 'services/live',
    mayImport: [
      ...middle(),
      'services/whatif',
      'services/definitions',
      'services/runner',
      'services/ingest/dead-letters.ts',
      'services/ingest/redrive.ts',
    ],
    nodeModules: 'any',
  },
  // A second face of what the live role shows, in another's words; it reads the same state.
  {
    folder: 'services/statistics',
    mayImport: [...middle(), 'services/live/live-state.ts', 'services/live/answering.ts'],
    nodeModules: 'any',
  },
  // It answers beside the live state, on the same roads.
  {
    folder: 'services/feeds',
    mayImport: [
      ...middle(),
      'services/definitions',
      'services/delivery',
      'services/live/access.ts',
      'services/live/answering.ts',
      'services/live/asked.ts',
      'services/live/event-connection.ts',
      'services/live/following.ts',
      'services/live/live-state.ts',
      'services/live/position.ts',
      'services/live/problem.ts',
      'services/live/socket-connection.ts',
      'services/live/stream-connection.ts',
      'services/live/stream-message.ts',
      'services/live/table-time.ts',
      '@fastify/websocket',
    ],
    nodeModules: 'any',
  },
  // Files of interval tables: it asks connectors, keeps what has left as the log keeps its spool, and answers beside the live state.
  {
    folder: 'services/exports',
    mayImport: [
      ...middle(),
      'services/definitions',
      'services/delivery',
      'services/live/access.ts',
      'services/live/answering.ts',
      'services/live/asked.ts',
      'services/live/asked-file.ts',
      'services/live/dimension-names.ts',
      'services/live/interval-gaps.ts',
      'services/live/interval-span.ts',
      'services/live/live-state.ts',
      'services/live/problem.ts',
      'services/live/routes.ts',
      'services/live/table-time.ts',
      'services/runner/shard-runner.ts',
    ],
    nodeModules: 'any',
  },
  // From what was written and what is known to what is to be written: the same tomorrow.
  {
    folder: 'services/exports/plan',
    mayImport: ['schemas', 'services/time', 'services/projections', 'connectors', 'zod'],
    nodeModules: pure,
  },
  // What is asked of the tables for a forecast: periods as the API has them.
  {
    folder: 'services/exports/series',
    mayImport: ['schemas', 'services/time', 'services/live/interval-sql.ts'],
    nodeModules: pure,
  },
  // It looks at the live state, and answers beside it.
  {
    folder: 'services/alerts',
    mayImport: [
      ...middle(),
      'services/definitions/yaml-file.ts',
      'services/live/access.ts',
      'services/live/answering.ts',
      'services/live/live-state.ts',
      'services/live/problem.ts',
      'standardwebhooks',
    ],
    nodeModules: 'any',
  },
  // From state, rules and time to what fires: the same tomorrow.
  {
    folder: 'services/alerts/rules',
    mayImport: [
      'schemas/events',
      'schemas/feeds',
      'services/definitions/yaml-file.ts',
      'services/runtime/backoff.ts',
      'zod',
    ],
    nodeModules: pure,
  },
  // Never a projection: its answer is independent. Twilio's own library signs as Twilio does.
  {
    folder: 'services/simulator',
    mayImport: [
      'schemas/events',
      'schemas/inbound',
      'schemas/metrics',
      'services/time',
      'services/runtime',
      'twilio',
    ],
    nodeModules: 'any',
  },
  // What the model does must be the same tomorrow.
  {
    folder: 'services/simulator/model',
    mayImport: ['schemas/events', 'schemas/metrics', 'services/time'],
    nodeModules: pure,
  },
  {
    folder: 'services/cli',
    mayImport: [
      'services/main.ts',
      'services/alerts/rules/alert-rules-file.ts',
      'services/exports/settings/exports-file.ts',
      'services/feeds/fed-targets.ts',
      'services/definitions',
      'services/routing',
      'services/repair',
      'services/runtime',
      'services/simulator',
      'services/warehouse/embedded.ts',
      'services/warehouse/reader-script.ts',
      'services/warehouse/sql-tokens.ts',
      'client',
      'schemas/feeds',
      'commander',
      'zod',
    ],
    nodeModules: 'any',
  },
  { folder: 'services/main.ts', mayImport: ['services', 'schemas', 'fastify'], nodeModules: 'any' },
  {
    folder: 'client',
    mayImport: ['schemas/feeds', 'schemas/inbound', 'schemas/metrics', 'zod'],
    nodeModules: [],
  },
  {
    folder: 'services/board',
    mayImport: ['client', 'schemas/feeds', 'schemas/metrics'],
    nodeModules: [],
  },
  {
    folder: 'dashboards',
    mayImport: ['schemas/tables', 'schemas/metrics', '@grafana/grafana-foundation-sdk'],
    nodeModules: 'any',
  },
]

/** What the shells that fold and show have in common. */
function middle(): readonly string[] {
  return [
    'schemas',
    'services/projections',
    'services/routing',
    'services/time',
    'services/log',
    'services/warehouse',
    'services/runtime',
    'connectors',
    'fastify',
    'zod',
  ]
}

/** Where a library is spoken to. To change one for another, this is all that changes. */
export const libraryHomes: Readonly<Record<string, readonly string[]>> = {
  '@fastify/busboy': ['services/ingest/multipart.ts'],
  '@clickhouse/client': ['services/warehouse/server.ts'],
  '@photostructure/sqlite': [
    'services/log/disk/owned-database.ts',
    'services/runner/shard-store.ts',
  ],
  avsc: ['schemas/avro'],
  chdb: ['services/warehouse/engine/sessions.ts'],
  cloudevents: [
    'services/ingest/cloud-event-binding.ts',
    'services/ingest/sources/cloud-event-envelope.ts',
  ],
  commander: ['services/cli'],
  // One adapter, in small files: kafkajs itself reads only for groups, so the adapter reads partitions by its cluster.
  kafkajs: ['services/log/kafka'],
  luxon: ['services/time'],
  pino: ['services/runtime/logger.ts'],
  'prom-client': ['services/runtime/metrics.ts'],
  ssh2: ['services/delivery/sftp.ts'],
  standardwebhooks: ['services/alerts/webhook.ts', 'services/ingest/access.ts'],
  twilio: [
    'services/ingest/signature.ts',
    'services/repair/twilio-rest.ts',
    'services/simulator/wire/signature.ts',
  ],
  yaml: ['services/definitions/yaml-file.ts'],
}

/** What stands behind a port, and who may name it. */
export const adapters: readonly { readonly file: string; readonly namedBy: readonly string[] }[] = [
  { file: 'services/log/embedded.ts', namedBy: ['services/main.ts'] },
  { file: 'services/log/kafka.ts', namedBy: ['services/main.ts'] },
  { file: 'services/log/spool.ts', namedBy: ['services/main.ts'] },
  ...['directory', 'http', 'kafka', 'sftp', 'tcp'].map((way) => ({
    file: `services/delivery/${way}.ts`,
    namedBy: ['services/delivery/targets/carriers.ts'],
  })),
  // The engine alone, for several processes of one machine.
  {
    file: 'services/warehouse/embedded.ts',
    namedBy: ['services/main.ts', 'services/cli/engine.ts'],
  },
  // The embedded engine is spoken to as a server is.
  {
    file: 'services/warehouse/server.ts',
    namedBy: ['services/main.ts', 'services/warehouse/embedded.ts'],
  },
]
