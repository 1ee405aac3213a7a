/** A row as ClickHouse takes it: column name → value. Instants are milliseconds, 64-bit numbers plain. */
export type Row = Readonly<Record<string, unknown>>

/**
 * ClickHouse, a server or the embedded engine: both are spoken to by @clickhouse/client over HTTP.
 * Errors are `LedgerlineError`s: `WAREHOUSE_UNAVAILABLE` (retryable) and `WAREHOUSE_QUERY` (the query is at fault).
 */
export interface Warehouse {
  /** The database that tables without a database name are in. */
  readonly database: string
  /** The same warehouse, another database: for shadow tables. Shares the connection. */
  in(database: string): Warehouse
  /** The rows are in, and durable, when the promise resolves. When it rejects, some may be: insert them again. */
  insert(table: string, rows: readonly Row[]): Promise<void>
  /** The rows of a SELECT; `params` fill `{name:Type}` placeholders. 64-bit integers come as numbers. */
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly T[]>
  /** Runs a statement that answers nothing. */
  command(sql: string, params?: Readonly<Record<string, unknown>>): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}
