import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { systemClock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import { createGate, type Gate } from '../../runtime/gate.ts'
import { quoteText } from '../sql-tokens.ts'
import type { Order } from './body.ts'
import { exception, toException } from './exception.ts'
import { createLane, type Lane } from './lanes.ts'
import { checkReader } from './reader-rules.ts'
import type { Answer, Dress, Query, Sessions } from './sessions.ts'
import type { Spool } from './spool.ts'
import { readStatement, type Statement } from './statement.ts'
import type { User } from './users.ts'

/** Who wants what done, and how. */
export interface Job {
  readonly user: User
  readonly order: Order
  readonly dress: Dress
  readonly database: string
  readonly params: ReadonlyMap<string, string>
  readonly defaultFormat: string
  /** Whether only reading is allowed for another reason than the user, as with GET. */
  readonly readsOnly: boolean
  /** Aborted when nobody waits for the answer any more: the query is then killed. */
  readonly signal: AbortSignal
}

export interface Outcome {
  readonly format: string
  /** A file to be sent and removed, or bytes. */
  readonly body: { readonly path: string } | { readonly bytes: Uint8Array }
  readonly rowsRead: number
  readonly bytesRead: number
  readonly rowsWritten: number
  readonly bytesWritten: number
  readonly elapsedSeconds: number
}

export interface Executor {
  run(job: Job): Promise<Outcome>
  /** Kills the reading queries that run and refuses new ones; what writes goes on. */
  stopReading(): void
}

export interface ExecutorOptions {
  readonly sessions: Sessions
  readonly spool: Spool
  /** How many wait at most for each kind of query. */
  readonly waitingMax: number
  readonly logger: Logger
}

/** How many of each kind run at once; with the threads that they wait on, fewer than UV_THREADPOOL_SIZE. */
export const lanesMax = { write: 2, hubRead: 3, read: 3 }

/** Reading statements whose answer may be long: it goes through a file. */
const throughFile = new Set(['SELECT'])
const reading = new Set(['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS'])

const killAgainMs = 250

export function createExecutor(options: ExecutorOptions): Executor {
  const { sessions, spool, waitingMax } = options
  const closing = new AbortController()
  const lanes = {
    write: createLane(lanesMax.write, waitingMax),
    hubRead: createLane(lanesMax.hubRead, waitingMax),
    read: createLane(lanesMax.read, waitingMax),
  }
  const gate = createGate()

  async function insert(job: Job, order: Extract<Order, { kind: 'insert' }>): Promise<Outcome> {
    if (job.user === 'reader' || job.readsOnly) throw refuseWrite(job)
    const file = await spool.fill(order.rows)
    try {
      const { into, settings, format } = order.insert
      if (file.bytes === 0) return outcomeOf(format, emptyAnswer, 0)
      const source = `FROM INFILE ${quoteText(file.path)} COMPRESSION 'none'`
      const sql = `${into} ${source} ${settings} FORMAT ${format}`
      const answer = await killable(lanes.write, job, { sql, format: 'Null', leavesTraces: false })
      return outcomeOf(format, answer, answer.rowsRead)
    } finally {
      await rm(file.path, { force: true })
    }
  }

  async function execute(job: Job, statement: Statement): Promise<Outcome> {
    if (job.user === 'reader') checkReader(statement)
    else if (job.readsOnly && !reading.has(statement.verb)) throw refuseWrite(job)
    const format = statement.format?.name ?? job.defaultFormat
    const lane = laneOf(job, statement)
    if (!throughFile.has(statement.verb)) {
      const query = { sql: statement.sql, format, leavesTraces: leavesTraces(statement) }
      // The engine exchanges one pair of tables after the other: whoever read meanwhile would see some old and some new.
      const enter = statement.verb === 'EXCHANGE' ? gate.closed : gate.pass
      return outcomeOf(format, await killable(lane, job, query, enter), 0)
    }
    const path = spool.path()
    try {
      const query = { sql: intoFile(statement, path, format), format, leavesTraces: false }
      const answer = await killable(lane, job, query)
      return { ...outcomeOf(format, answer, 0), body: { path } }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  function laneOf(job: Job, statement: Statement): Lane {
    if (job.user === 'reader') return lanes.read
    return reading.has(statement.verb) ? lanes.hubRead : lanes.write
  }

  /** The mark at its beginning is how another session finds the query in order to kill it. */
  function killable(
    lane: Lane,
    job: Job,
    asked: Pick<Query, 'sql' | 'format' | 'leavesTraces'>,
    enter: Gate['pass'] = gate.pass,
  ): Promise<Answer> {
    const { dress, database, params } = job
    // An insert that has all its rows is let through to its end, so that closing loses nothing.
    const signal = lane === lanes.write ? job.signal : AbortSignal.any([job.signal, closing.signal])
    const run = async () => {
      signal.throwIfAborted()
      const mark = `/* ${randomUUID()} */`
      const query = { ...asked, sql: `${mark} ${asked.sql}`, dress, database, params, signal }
      const ended = new AbortController()
      const kill = () => void killUntilEnded(mark, ended.signal)
      signal.addEventListener('abort', kill, { once: true })
      try {
        return await sessions.run(query)
      } finally {
        ended.abort()
        signal.removeEventListener('abort', kill)
      }
    }
    return lane.pass(() => enter(run), signal)
  }

  /** More than once, because a query that has only just begun is not listed yet. */
  async function killUntilEnded(mark: string, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await sessions
        .run({
          sql: `KILL QUERY WHERE startsWith(query, ${quoteText(mark)}) ASYNC`,
          format: 'Null',
          dress: { settings: [] },
          database: 'system',
          params: new Map(),
          leavesTraces: false,
          signal: ended,
        })
        .catch((error: unknown) => options.logger.debug({ error }, 'query is not killed yet'))
      await systemClock.sleep(killAgainMs, ended)
    }
  }

  return {
    async run(job) {
      try {
        if (job.order.kind === 'insert') return await insert(job, job.order)
        return await execute(job, readStatement(job.order.sql))
      } catch (error) {
        throw toException(error)
      }
    },
    stopReading: () => closing.abort(exception('ABORTED', 'The engine is closing.')),
  }
}

const emptyAnswer: Answer = {
  bytes: new Uint8Array(),
  rowsRead: 0,
  bytesRead: 0,
  elapsedSeconds: 0,
}

function outcomeOf(format: string, answer: Answer, rowsWritten: number): Outcome {
  return {
    format,
    body: { bytes: answer.bytes },
    rowsRead: answer.rowsRead,
    bytesRead: answer.bytesRead,
    rowsWritten,
    bytesWritten: rowsWritten === 0 ? 0 : answer.bytesRead,
    elapsedSeconds: answer.elapsedSeconds,
  }
}

/** The clause belongs before FORMAT, which has to be named for a file. */
function intoFile(statement: Statement, path: string, format: string): string {
  const clause = `INTO OUTFILE ${quoteText(path)} COMPRESSION 'none'`
  if (statement.format === null) return `${statement.sql} ${clause} FORMAT ${format}`
  const { at } = statement.format
  return `${statement.sql.slice(0, at)}${clause} ${statement.sql.slice(at)}`
}

function leavesTraces(statement: Statement): boolean {
  return (
    statement.verb === 'SET' ||
    statement.verb === 'USE' ||
    statement.tokens.some((token) => token.text === 'TEMPORARY')
  )
}

function refuseWrite(job: Job): Error {
  const hint = job.readsOnly
    ? ' For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.'
    : ''
  return exception('READONLY', `Cannot execute query in readonly mode.${hint}`)
}
