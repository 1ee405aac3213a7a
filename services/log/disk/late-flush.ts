import { closeSync, fdatasync, fdatasyncSync, fstatSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'

/** Brings a database to the disk beside all else that the process does: SQLite's own flushes hold it up. */
export interface LateFlush {
  /** When it resolves, what was committed before the call is durable. Nothing may be committed until then. */
  flush(): Promise<void>
  /** Leaves the flushing to SQLite again, as before it is closed. */
  end(): void
  /** When the database is closed, and at once. */
  close(): void
}

interface Database {
  exec(sql: string): void
  prepare(sql: string): { get(): unknown }
}

/** How many pages are in the WAL, and how many of them in the database's file too. */
const movedSchema = z.object({ log: z.int(), checkpointed: z.int() })

/** The WAL goes into the database's file when it has grown so large. */
const walBytesMax = 4 * 1024 * 1024

const syncData = promisify(fdatasync)

/**
 * SQLite writes without flushing; that is done here, in the order in which SQLite would do it. What is committed is durable when
 * the WAL is. It may begin anew when all of it is in the database's file and that is flushed, so no commit comes between
 * (https://www.sqlite.org/wal.html#checkpointing). The database has to be in WAL mode, and nobody else's.
 */
export function startLateFlush(file: string, database: Database): LateFlush {
  database.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0')
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  // To close any handle of a database gives up the lock on it, so this one stays open as long as the database.
  const own = openSync(file, 'r+')
  const wal = openSync(`${file}-wal`, 'r+')
  // What was read at the start is shown, so it is to stay: also what somebody has committed who was killed before he flushed it.
  fdatasyncSync(wal)
  syncFolder(dirname(file))

  return {
    async flush() {
      await syncData(wal)
      if (fstatSync(wal).size < walBytesMax) return
      const { log, checkpointed } = movedSchema.parse(checkpoint.get())
      if (log !== checkpointed) return
      await syncData(own)
      // All of it is where it belongs: this only makes it short.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    end: () => database.exec('PRAGMA synchronous = FULL'),
    close() {
      closeSync(own)
      closeSync(wal)
    },
  }
}

/** A new file is in its folder for sure when that is flushed. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
