import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { CommandFailure } from './failure.ts'
import type { SqlPlace } from './sql-place.ts'

export interface SqlQuestion {
  readonly sql: string
  /** What the answer is written in, where the statement itself does not say. */
  readonly format: string
  /** The values of `{name:Type}`. */
  readonly params: ReadonlyMap<string, string>
  readonly rowsMax?: number | undefined
}

export interface SqlAnswer {
  /** The format that it is in: the statement's own, if it has one. */
  readonly format: string
  readonly body: Readable
}

/** Asks over ClickHouse's HTTP interface. An error is the engine's own words; an abort ends the query there too. */
export async function askSql(
  place: SqlPlace,
  question: SqlQuestion,
  signal: AbortSignal,
): Promise<SqlAnswer> {
  const queryId = randomUUID()
  try {
    const answer = await send(place, question, queryId, signal)
    if (!answer.ok) throw new CommandFailure((await answer.text()).trimEnd())
    const body = answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body)
    const killing = () => void kill(place, queryId)
    signal.addEventListener('abort', killing, { once: true })
    body.once('close', () => signal.removeEventListener('abort', killing))
    return { format: answer.headers.get('x-clickhouse-format') ?? question.format, body }
  } catch (error) {
    if (signal.aborted) await kill(place, queryId)
    throw error
  }
}

/** A user who may write is none to ask as: a slip of the settings must not be what a DROP goes through. */
export async function checkReadsOnly(place: SqlPlace, signal: AbortSignal): Promise<void> {
  const sql = "SELECT getSetting('readonly')"
  const { body } = await askSql(place, { sql, format: 'TSV', params: new Map() }, signal)
  if ((await textOf(body)).trim() !== '0') return
  throw new CommandFailure(
    `the user ${place.user} of ${place.url} may write; set CLICKHOUSE_READER_USER to one who may only read (ledgerline sql --reader-script makes one)`,
    2,
  )
}

export async function textOf(body: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString('utf8')
}

function send(
  place: SqlPlace,
  { sql, format, params, rowsMax }: SqlQuestion,
  queryId: string,
  signal: AbortSignal,
): Promise<Response> {
  const url = new URL('/', place.url)
  url.search = new URLSearchParams({
    database: place.database,
    query_id: queryId,
    default_format: format,
    // The whole answer first: an error in its midst is then one, and not the end of a file.
    wait_end_of_query: '1',
    ...(rowsMax === undefined ? {} : { limit: String(rowsMax) }),
    ...Object.fromEntries([...params].map(([name, value]) => [`param_${name}`, escaped(value)])),
  }).toString()
  return fetch(url, { method: 'POST', body: sql, headers: login(place), signal })
}

function login({ user, password }: SqlPlace): Record<string, string> {
  return { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password }
}

const killMsMax = 2_000

/**
 * The embedded engine ends a query whose client has left, and so does a server by the profile of --reader-script; other
 * servers have to be told. Who may not tell it has a limit to his queries.
 */
async function kill(place: SqlPlace, queryId: string): Promise<void> {
  if (place.isEmbedded) return
  const sql = `KILL QUERY WHERE query_id = '${queryId}' ASYNC`
  await fetch(new URL('/', place.url), {
    method: 'POST',
    body: sql,
    headers: login(place),
    signal: AbortSignal.timeout(killMsMax),
  }).catch(() => undefined)
}

/** As ClickHouse reads the value of a parameter: like a cell of a TSV file. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
}
