import { migrate, readMigrations } from '../../services/warehouse/migrations.ts'
import { openTestEngine } from './engine.ts'
import { code, markdownTable } from './markdown.ts'

interface Found {
  readonly name: string
  readonly comment: string
  readonly isView: 0 | 1
  readonly key: string
  readonly parts: string
  readonly columns: readonly FoundColumn[]
}

type FoundColumn = readonly [name: string, type: string, comment: string]

/**
 * Where people look for a table. Each is in exactly one place: who adds one has to say what it is for, or the document
 * cannot be made.
 */
const chapters: readonly (readonly [title: string, about: string, names: readonly string[]])[] = [
  [
    'Intervals in local time',
    'Begin here: names, local time and rates beside every metric. Always say `WHERE zone = …`.',
    [
      ...['v_queue_intervals_local', 'v_agent_intervals_local', 'v_agent_queue_intervals_local'],
      ...['v_agent_activity_intervals_local', 'v_conversation_intervals_local', 'v_service_level'],
      'v_adherence_intervals_local',
    ],
  ],
  [
    'Other views',
    'They need no FINAL.',
    [
      ...['v_queue_intervals', 'v_agent_intervals', 'v_agent_queue_intervals'],
      ...['v_agent_activity_intervals', 'v_conversation_intervals', 'v_queue_depth'],
      'v_adherence_intervals',
      ...['v_customer_contacts', 'v_contact_attributes', 'v_self_service', 'v_operator_results'],
      ...['v_interval_coverage', 'v_interval_length', 'v_source_errors', 'v_anomalies_daily'],
      ...['v_id_conflicts', 'v_zone_days'],
    ],
  ],
  [
    'Names and settings, as they were and as they are',
    'How to join them is in [names](names.md).',
    [
      ...['queues', 'workers', 'activities', 'workflows', 'dimensions', 'definitions_versions'],
      'wfm_identities',
    ],
  ],
  [
    'Facts',
    'What happened, one row each. Read them with FINAL.',
    [
      ...['contacts', 'queue_visits', 'segments', 'transfers', 'agent_states', 'agent_activities'],
      ...['schedule_segments', 'schedule_exceptions', 'adherence_spans', 'v_adherence_exceptions'],
      ...['forecast_intervals', 'v_forecast_intervals'],
      ...['agent_wfm_states', 'conversations', 'messages', 'calls', 'flow_executions', 'customers'],
    ],
  ],
  [
    'Interval tables',
    'A row is the part of one shard. Read them with FINAL and add up over shards, or read their views.',
    [
      ...['queue_intervals', 'agent_intervals', 'agent_queue_intervals'],
      ...['agent_activity_intervals', 'conversation_intervals', 'adherence_intervals'],
    ],
  ],
  [
    'What was out, and what is missing',
    'See [final, delivered, restated](restatements.md) and [late, missing and wrong events](late-events.md).',
    ['restatements', 'finalised_intervals', 'deliveries', 'source_gaps'],
  ],
  [
    "The ledger, and the hub's own",
    '`events` is every event that was ever understood. The others are what the hub itself works with.',
    [
      ...['events', 'dimension_sightings', 'routing_sightings', 'zone_offsets'],
      ...['generation', 'shard_copies', 'shard_ticks', 'migrations'],
    ],
  ],
]

/** Every table and column with its comments, as a database has them that all migrations have run in. */
export async function tableCatalogue(): Promise<string> {
  const found = await tablesThere()
  const placed = new Set(chapters.flatMap(([, , names]) => names))
  const strays = [...found.keys()].filter((name) => !placed.has(name))
  if (strays.length > 0) throw new Error(`in no chapter of docs/tables.md: ${strays.join(', ')}`)
  const heads = tableHeads()
  return chapters
    .flatMap(([title, about, names]) => [
      `## ${title}`,
      about,
      ...names.flatMap((name) => {
        const table = found.get(name)
        return table === undefined ? [] : [entry(table, heads.get(name) ?? [], found)]
      }),
    ])
    .join('\n\n')
}

async function tablesThere(): Promise<ReadonlyMap<string, Found>> {
  const engine = await openTestEngine()
  try {
    await migrate(engine.warehouse)
    const tables = await engine.warehouse.query<Found>(
      `SELECT t.name AS name, t.comment AS comment, t.engine = 'View' AS isView, t.sorting_key AS key,
         t.partition_key AS parts, c.columns AS columns
       FROM system.tables AS t
       INNER JOIN (
         SELECT table, groupArray((name, type, comment)) AS columns
         FROM (SELECT * FROM system.columns WHERE database = currentDatabase() ORDER BY table, position)
         GROUP BY table
       ) AS c ON c.table = t.name
       WHERE t.database = currentDatabase()`,
    )
    return new Map(tables.map((table) => [table.name, table]))
  } finally {
    await engine.close()
  }
}

/** The six questions of each table's head: as they stand over the statement that made it last. */
function tableHeads(): ReadonlyMap<string, readonly string[]> {
  const heads = new Map<string, readonly string[]>()
  const made = /((?:^-- .*\n)+)CREATE (?:TABLE|VIEW|OR REPLACE VIEW)(?: IF NOT EXISTS)? (\w+)$/gm
  for (const { sql } of readMigrations()) {
    for (const [, head = '', name = ''] of sql.matchAll(made)) {
      const lines = head
        .trim()
        .split('\n')
        .map((line) => line.replace(/^-- /, ''))
        .filter((line) => !/^(?:Earlier|Rows lie by day)/.test(line))
      heads.set(name, lines)
    }
  }
  return heads
}

function entry(table: Found, head: readonly string[], all: ReadonlyMap<string, Found>): string {
  // The first line of a head is what the table's own comment says.
  const answers = head.slice(1).filter((line) => !/ as above\b/.test(line))
  const keys = table.isView === 1 ? [] : [keyLine(table)]
  const lines = [...answers, ...keys].map((line) => `- ${line}`)
  const about = head[0] ?? table.comment
  return [
    `### ${table.name}`,
    about,
    ...(lines.length > 0 ? [lines.join('\n')] : []),
    columnsOf(table, all),
  ].join('\n\n')
}

function keyLine({ key, parts }: Found): string {
  return `Ordered by ${code(key)}${parts === '' ? '' : `, in partitions by ${code(parts)}`}`
}

/** A view of an interval table has its columns but for few: only those are told again. */
function columnsOf(table: Found, all: ReadonlyMap<string, Found>): string {
  const base = all.get(table.name.replace(/^v_/, ''))
  if (base === undefined || base === table) return columnTable(table.columns)
  const told = new Set(base.columns.map((column) => column.join('\n')))
  const own = table.columns.filter((column) => !told.has(column.join('\n')))
  const names = new Set(table.columns.map(([name]) => name))
  const absent = base.columns.filter(([name]) => !names.has(name)).map(([name]) => code(name))
  const same = `The columns of ${code(base.name)}, without ${absent.join(', ')}`
  return own.length === 0 ? `${same}.` : `${same}; otherwise:\n\n${columnTable(own)}`
}

function columnTable(columns: readonly FoundColumn[]): string {
  return markdownTable(
    ['column', 'type', 'what it is'],
    columns.map(([name, type, comment]) => [code(name), code(type), comment]),
  )
}
