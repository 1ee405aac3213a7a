import type { Readable } from 'node:stream'

/**
 * A row as ClickHouse takes and gives it: column name → value. Instants, which are DateTime64(3, 'UTC'), are milliseconds
 * both ways, alone, NULL or in an array; 64-bit numbers are plain numbers, exact up to 2^53.
 */
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
  /**
   * The rows are in, and durable, when the promise resolves. When it rejects, some may be: insert them again. A column
   * that a row lacks, or that is null and cannot be, gets its default.
   */
  insert(table: string, rows: readonly Row[]): Promise<void>
  /** The rows of a SELECT without a FORMAT; `params` fill `{name:Type}` placeholders. */
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly T[]>
  /**
   * The answer of a SELECT without a FORMAT, in one of ClickHouse's, as bytes: instants are ISO 8601 in text, NULL is an
   * empty cell of CSV. When the promise resolves the warehouse has made all of it, so whatever goes wrong in making it
   * rejects. Whoever asks reads to the end or destroys it.
   */
  stream(
    sql: string,
    format: StreamFormat,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<Readable>
  /**
   * Runs a statement that answers nothing. Unlike the others it is not tried again once it may have begun: RENAME or
   * EXCHANGE done twice is undone.
   */
  command(sql: string, params?: Readonly<Record<string, unknown>>): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}

export type StreamFormat = 'CSVWithNames' | 'Parquet'
