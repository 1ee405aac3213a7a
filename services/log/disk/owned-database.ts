import {
  DatabaseSync,
  type DatabaseSyncInstance,
  type StatementSyncInstance,
} from '@photostructure/sqlite'
import type { LedgerlineError } from '../../runtime/errors.ts'
import { toLogError } from './disk-error.ts'
import { startLateFlush, type LateFlush } from './late-flush.ts'

/** A file of SQLite that belongs to one process. */
export interface OwnedDatabase {
  exec(sql: string): void
  prepare(sql: string): StatementSyncInstance
  /** All of it or nothing; when it returns it is durable, unless that is left to `flush`. Throws `LedgerlineError`s. */
  transaction<T>(action: () => T): T
  /** When it resolves, what was committed before is durable; until then no transaction may begin. Rejects with `LedgerlineError`s. */
  flush(): Promise<void>
  /** May be called again. */
  close(): void
}

export interface OwnedDatabaseOptions {
  /** Transactions are flushed by `flush` alone, beside which the process goes on; else each by itself, while it stands still. */
  readonly flushesLater?: boolean
}

/**
 * Throws `LedgerlineError` `LOG_UNAVAILABLE`, not retryable, when another process has the file open. SQLite's exclusive
 * lock belongs to the process, so it goes with it, however it dies. (It also goes when anybody else in this process opens
 * the file and closes it again, even to read it: POSIX wants it so.)
 */
export function openOwnedDatabase(
  file: string,
  schema: string,
  { flushesLater = false }: OwnedDatabaseOptions = {},
): OwnedDatabase {
  const database = openExclusively(file, schema)
  const late = flushesLater ? flushingLate(file, database) : null
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  let broken: LedgerlineError | undefined
  let isFlushing = false

  function transaction<T>(action: () => T): T {
    if (broken) throw broken
    if (isFlushing) throw new Error('nothing may be committed before the flush is done')
    try {
      begin.run()
      const result = action()
      commit.run()
      return result
    } catch (cause) {
      throw fail(cause)
    }
  }

  async function flush(): Promise<void> {
    if (broken) throw broken
    isFlushing = true
    try {
      await late?.flush()
    } catch (cause) {
      throw fail(cause)
    } finally {
      isFlushing = false
    }
  }

  /**
   * A full disk may have room again. After any other failure nobody knows what the disk holds (the system may have
   * dropped what it could not flush), so nothing more is taken until the file is opened and read again.
   */
  function fail(cause: unknown): LedgerlineError {
    const error = toLogError(cause)
    try {
      if (database.isTransaction) database.exec('ROLLBACK')
      if (error.code !== 'LOG_FULL') broken = error
    } catch {
      broken = error
    }
    return error
  }

  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    transaction,
    flush,
    close() {
      if (!database.isOpen) return
      try {
        closeExclusive(database, late)
      } finally {
        late?.close()
      }
    },
  }
}

function openExclusively(file: string, schema: string): DatabaseSyncInstance {
  const database = new DatabaseSync(file)
  try {
    // Exclusive before WAL: then SQLite keeps the WAL's index in memory, and nobody else may open the file.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      BEGIN IMMEDIATE;
      ${schema}
      COMMIT;
    `)
    return database
  } catch (cause) {
    database.close()
    throw toLogError(cause)
  }
}

/** Whoever cannot flush it must not keep it from others. */
function flushingLate(file: string, database: DatabaseSyncInstance): LateFlush {
  try {
    return startLateFlush(file, database)
  } catch (cause) {
    closeExclusive(database)
    throw toLogError(cause)
  }
}

/**
 * A closed connection lives on, with its lock, until its prepared statements are collected as garbage. So the lock is
 * given back by hand, and for that the database has to leave WAL mode, in which it was locked.
 */
function closeExclusive(database: DatabaseSyncInstance, late: LateFlush | null = null): void {
  try {
    late?.end()
    database.exec(`
      PRAGMA journal_mode = DELETE;
      PRAGMA locking_mode = NORMAL;
      SELECT count(*) FROM sqlite_schema;
    `)
  } finally {
    database.close()
  }
}
