import { drainPending, Session } from 'chdb'
import { quoteName, quoteText } from '../sql-tokens.ts'

/** What must hold around a query. Two queries with the same dress may share a session, one after the other. */
export interface Dress {
  /** In the order in which they are set; `readonly` last, because nothing can be set after it. */
  readonly settings: readonly (readonly [name: string, value: string])[]
}

export interface Query {
  readonly dress: Dress
  readonly database: string
  /** The values of `{name:Type}`, escaped as in a TSV file: that is how ClickHouse's HTTP interface takes them. */
  readonly params: ReadonlyMap<string, string>
  readonly sql: string
  readonly format: string
  /** The query changes its session (SET, USE, a temporary table), which is therefore not used again. */
  readonly leavesTraces: boolean
  /** Aborted: it is not begun any more. What runs already is ended by KILL QUERY, in another session. */
  readonly signal: AbortSignal
}

export interface Answer {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
  readonly elapsedSeconds: number
}

/**
 * The engine's sessions on one folder. A session runs one query at a time and keeps what was set in it, so each is used
 * by one query at a time and only by queries that want the same settings.
 */
export interface Sessions {
  run(query: Query): Promise<Answer>
  /** Waits for what runs, then lets go of the folder. Without the wait the process dies of a fault at its exit. */
  close(): Promise<void>
}

interface Seat {
  readonly session: Session
  readonly dressName: string
  database: string
  readonly params: Set<string>
}

/** Sessions that are closed while a query runs stay open in the engine until all that run now have ended. */
const closingMax = 256

export function openSessions(folder: string, engineArguments: readonly string[]): Sessions {
  const idle: Seat[] = []
  const idleMax = 8
  const busy = new Set<Promise<unknown>>()
  let closing = 0
  let isClosed = false

  // The first session opens the engine with its arguments; it stays until the end, so that the engine does.
  const anchor = new Session(folder, { connectionArgs: engineArguments })

  async function seatFor(query: Query): Promise<Seat> {
    const dressName = JSON.stringify(query.dress.settings)
    const at = idle.findLastIndex(
      (seat) => seat.dressName === dressName && fits(seat, query.params),
    )
    const [known] = at === -1 ? [] : idle.splice(at, 1)
    if (known !== undefined) return known
    if (closing >= closingMax) await drain()
    const session = new Session(folder)
    const seat: Seat = { session, dressName, database: '', params: new Set() }
    try {
      await set(session, query.dress.settings)
    } catch (error) {
      leave(seat)
      throw error
    }
    return seat
  }

  function leave(seat: Seat): void {
    if (busy.size > 0) closing++
    seat.session.close()
  }

  async function drain(): Promise<void> {
    await drainPending()
    closing = 0
  }

  async function runOn(seat: Seat, query: Query): Promise<Answer> {
    const { session } = seat
    if (seat.database !== query.database) {
      await session.queryAsync(`USE ${quoteName(query.database)}`)
      seat.database = query.database
    }
    for (const name of query.params.keys()) seat.params.add(name)
    await set(
      session,
      [...query.params].map(([name, value]) => [`param_${name}`, value]),
    )
    query.signal.throwIfAborted()
    const result = await session.queryAsync(query.sql, { format: query.format })
    return {
      bytes: result.bytes(),
      rowsRead: result.rowsRead,
      bytesRead: result.bytesRead,
      elapsedSeconds: result.elapsed,
    }
  }

  async function run(query: Query): Promise<Answer> {
    const seat = await seatFor(query)
    try {
      return await runOn(seat, query)
    } catch (error) {
      // A query that failed in its course is listed, and keeps its memory, until the session's next one.
      await seat.session.queryAsync('SELECT 1 FORMAT Null')
      throw error
    } finally {
      if (query.leavesTraces || isClosed) leave(seat)
      else {
        idle.push(seat)
        const oldest = idle.length > idleMax ? idle.shift() : undefined
        if (oldest !== undefined) leave(oldest)
      }
    }
  }

  return {
    async run(query) {
      const running = run(query)
      busy.add(running)
      try {
        return await running
      } finally {
        busy.delete(running)
      }
    },
    async close() {
      isClosed = true
      await Promise.allSettled([...busy])
      for (const seat of idle.splice(0)) seat.session.close()
      anchor.close()
      await drainPending()
    },
  }
}

async function set(session: Session, values: Dress['settings']): Promise<void> {
  if (values.length === 0) return
  const list = values.map(([name, value]) => `${quoteName(name)} = ${quoteText(value)}`)
  await session.queryAsync(`SET ${list.join(', ')}`)
}

/** A session that still knows a parameter which this query does not give would answer with a stranger's value. */
function fits(seat: Seat, params: Query['params']): boolean {
  for (const name of seat.params) if (!params.has(name)) return false
  return true
}
