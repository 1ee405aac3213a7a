import {
  ClickHouseError,
  createClient,
  type ClickHouseClient,
  type ClickHouseSettings,
} from '@clickhouse/client'
import { Readable } from 'node:stream'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { silentLogger, type Logger } from '../runtime/logger.ts'
import { retry, type RetryPolicy } from '../runtime/retry.ts'
import { columnsQuery, columnTypesOf, type ColumnTypes } from './native-encoding.ts'
import { encodeRows } from './row-encoding.ts'
import { areAsAsked, decodeRows } from './row-decoding.ts'
import { quoteName } from './sql-tokens.ts'
import type { Warehouse } from './warehouse.ts'

export interface ServerWarehouseOptions {
  readonly url: string
  readonly database: string
  readonly username?: string
  readonly password?: string
  readonly clock?: Clock
  readonly logger?: Logger
  readonly retryPolicy?: RetryPolicy
}

/** Together about three quarters of a minute: longer than a restart of the engine takes on a machine that is busy. */
const defaultPolicy: RetryPolicy = { attemptsMax: 24, firstDelayMs: 100, delayMaxMs: 3_000 }

/** A warehouse over ClickHouse's HTTP interface, be it a server's or the embedded engine's. */
export function openServerWarehouse(options: ServerWarehouseOptions): Warehouse {
  const client = createClient({
    url: options.url,
    username: options.username ?? 'default',
    password: options.password ?? '',
    application: 'ledgerline',
    request_timeout: 600_000,
    // A list of a thousand ids does not fit into an address.
    use_multipart_params_auto: true,
    max_open_connections: 32,
    // Shorter than any server keeps an idle connection (3 s in old ones): else it closes one under a request.
    keep_alive: { enabled: true, idle_socket_ttl: 2_000, eagerly_destroy_stale_sockets: true },
    log: { LoggerClass: QuietLogger },
  })
  const context: Context = {
    client,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    policy: options.retryPolicy ?? defaultPolicy,
    closing: new AbortController(),
    types: new Map(),
  }
  return warehouseIn(options.database, context)
}

interface Context {
  readonly client: ClickHouseClient
  readonly clock: Clock
  readonly logger: Logger
  readonly policy: RetryPolicy
  /** Aborted by close: nothing is tried again then. */
  readonly closing: AbortController
  /** By database and table. */
  readonly types: Map<string, ColumnTypes>
}

function warehouseIn(database: string, context: Context): Warehouse {
  const { client, types } = context
  // A header, because the client is one for all databases.
  const http_headers = { 'X-ClickHouse-Database': database }

  async function insertPiece(sql: string, piece: Buffer): Promise<void> {
    const { stream } = await client.exec({
      query: sql,
      values: Readable.from([piece], { objectMode: false }),
      clickhouse_settings: insertSettings,
      http_headers,
    })
    stream.resume()
  }

  async function textOf(sql: string, params: Record<string, unknown>): Promise<string> {
    const result = await client.query({
      query: sql,
      format: 'JSONCompactEachRowWithNamesAndTypes',
      query_params: params,
      clickhouse_settings: querySettings,
      http_headers,
    })
    return result.text()
  }

  function again<T>(action: () => Promise<T>): Promise<T> {
    return retry(action, context.policy, context.clock, context.closing.signal)
  }

  /** The types are asked for once; ClickHouse converts if they have changed since. */
  async function typesOf(table: string): Promise<ColumnTypes> {
    const name = `${database}.${table}`
    const known = types.get(name)
    if (known !== undefined) return known
    const text = await again(() => guarded('query', () => textOf(columnsQuery, { table })))
    const found = columnTypesOf(decodeRows(text))
    if (found.size > 0) types.set(name, found)
    return found
  }

  return {
    database,
    in: (other) => warehouseIn(other, context),
    async insert(table, rows) {
      if (rows.length === 0) return
      for (const { columns, format, piece } of encodeRows(rows, await typesOf(table))) {
        const list = columns.map(quoteName).join(', ')
        const sql = `INSERT INTO ${tableName(table)} (${list}) FORMAT ${format}`
        const what = `insert into ${table}`
        await again(() => guarded(what, () => insertPiece(sql, piece)))
      }
    },
    async query<T>(sql: string, params?: Readonly<Record<string, unknown>>) {
      const text = await again(() => guarded('query', () => textOf(sql, { ...params })))
      const rows = decodeRows(text)
      if (!areAsAsked<T>(rows)) throw new Error('an answer without rows')
      return rows
    },
    stream(sql, format, params) {
      const run = async () => {
        const { stream } = await client.exec({
          query: `${sql}\nFORMAT ${format}`,
          query_params: { ...params },
          clickhouse_settings: streamSettings,
          http_headers,
        })
        return stream
      }
      return again(() => guarded('stream', run))
    },
    command(sql, params) {
      const run = async () => {
        await client.command({
          query: sql,
          query_params: { ...params },
          clickhouse_settings: commandSettings,
          http_headers,
        })
      }
      return again(() => guarded('command', run, 'once'))
    },
    async ping() {
      return (await client.ping()).success
    },
    async close() {
      context.closing.abort()
      await client.close()
    },
  }
}

/** Stated, though they are the defaults of some version or other: what an answered insert means hangs on them. */
const insertSettings = {
  async_insert: 0,
  wait_end_of_query: 1,
  // Rows are told apart by key and version. A block that is dropped for its content or token could be one that counts.
  insert_deduplicate: 0,
  // A batch may hold events of any time; with the usual limit of 100 one with a broken clock could never be stored.
  max_partitions_per_insert_block: '0',
  input_format_null_as_default: 1,
  date_time_input_format: 'best_effort',
} as const satisfies ClickHouseSettings

const querySettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  date_time_output_format: 'simple',
  wait_end_of_query: 1,
  // Compiled, after a few times, some expressions over LowCardinality fail that were answered before.
  compile_expressions: 0,
} as const satisfies ClickHouseSettings

const streamSettings = {
  wait_end_of_query: 1,
  date_time_output_format: 'iso',
  format_csv_null_representation: '',
  compile_expressions: 0,
} as const satisfies ClickHouseSettings

const commandSettings = { wait_end_of_query: 1 } as const

/** `name`, or `database.name`. */
function tableName(table: string): string {
  return table.split('.').map(quoteName).join('.')
}

/** Done again, these do no harm, whatever became of the first attempt; a command may. */
type Repeatable = 'any time' | 'once'

async function guarded<T>(
  what: string,
  action: () => Promise<T>,
  repeatable: Repeatable = 'any time',
): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof ClickHouseError) {
      const isPassing = passing.has(cause.type ?? '')
      if (!isPassing)
        throw new LedgerlineError('WAREHOUSE_QUERY', what, { retryable: false, cause })
      const retryable = repeatable === 'any time' || notBegun.has(cause.type ?? '')
      throw new LedgerlineError('WAREHOUSE_UNAVAILABLE', what, { retryable, cause })
    }
    const retryable = repeatable === 'any time' || isRefusedConnection(cause)
    throw new LedgerlineError('WAREHOUSE_UNAVAILABLE', what, { retryable, cause })
  }
}

/** What passes by itself: the same statement may well succeed a little later. */
const passing = new Set([
  'TOO_MANY_PARTS',
  'MEMORY_LIMIT_EXCEEDED',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'SERVER_OVERLOADED',
  'CANNOT_SCHEDULE_TASK',
  'NOT_ENOUGH_SPACE',
  'SOCKET_TIMEOUT',
  'NETWORK_ERROR',
  'ABORTED',
  'TABLE_IS_READ_ONLY',
  'KEEPER_EXCEPTION',
  'NO_ZOOKEEPER',
  'UNKNOWN_STATUS_OF_INSERT',
  'ALL_CONNECTION_TRIES_FAILED',
])

/** Of these, the ones that are said before anything is done. */
const notBegun = new Set(['TOO_MANY_SIMULTANEOUS_QUERIES', 'SERVER_OVERLOADED'])

function isRefusedConnection(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

/** The client's own lines would hold statements; failures are told by what it throws. */
class QuietLogger {
  trace(): void {
    return
  }
  debug(): void {
    return
  }
  info(): void {
    return
  }
  warn(): void {
    return
  }
  error(): void {
    return
  }
}
