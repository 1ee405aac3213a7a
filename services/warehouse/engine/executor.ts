import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
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
}

/** How many of each kind run at once; with the threads that they wait on, fewer than UV_THREADPOOL_SIZE. */
export const lanesMax = { write: 2, hubRead: 3, read: 3 }

/** Reading statements whose answer may be long: it goes through a file. */
const throughFile = new Set(['SELECT'])
const reading = new Set(['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS'])

export function createExecutor(sessions: Sessions, spool: Spool, waitingMax: number): Executor {
  const lanes = {
    write: createLane(lanesMax.write, waitingMax),
    hubRead: createLane(lanesMax.hubRead, waitingMax),
    read: createLane(lanesMax.read, waitingMax),
    control: createLane(1, waitingMax),
  }

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
      return outcomeOf(format, await killable(lane, job, query), 0)
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
    query: Pick<Query, 'sql' | 'format' | 'leavesTraces'>,
  ): Promise<Answer> {
    return lane.pass(async () => {
      job.signal.throwIfAborted()
      const mark = `/* ${randomUUID()} */`
      const kill = () => void killQuery(mark)
      job.signal.addEventListener('abort', kill)
      try {
        const { dress, database, params } = job
        return await sessions.run({
          ...query,
          sql: `${mark} ${query.sql}`,
          dress,
          database,
          params,
        })
      } finally {
        job.signal.removeEventListener('abort', kill)
      }
    }, job.signal)
  }

  async function killQuery(mark: string): Promise<void> {
    const sql = `KILL QUERY WHERE startsWith(query, ${quoteText(mark)}) ASYNC`
    const query = { sql, format: 'Null', dress: { settings: [] }, leavesTraces: false }
    try {
      const never = new AbortController().signal
      await lanes.control.pass(
        () => sessions.run({ ...query, database: 'system', params: new Map() }),
        never,
      )
    } catch (error) {
      // The query is then left to its end or its time limit; nobody waits for this.
      void toException(error)
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
