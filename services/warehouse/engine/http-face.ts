import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Logger } from '../../runtime/logger.ts'
import { readOrder } from './body.ts'
import { dressOf, type ReaderLimits } from './dress.ts'
import { exception, statusOf, toException } from './exception.ts'
import type { Executor, Outcome } from './executor.ts'
import { contentTypeOf } from './formats.ts'
import { authenticate, type UserOptions } from './users.ts'

export interface HttpFaceOptions {
  readonly executor: Executor
  readonly users: UserOptions
  readonly limits: ReaderLimits
  readonly logger: Logger
}

const displayName = 'ledgerline'

/** ClickHouse's HTTP interface, as far as clients use it: one address, `/`, and two to ask whether anybody is there. */
export function createHttpFace(options: HttpFaceOptions): Server {
  const server = createServer((request, response) => void serve(request, response, options))
  // An insert may take as long as its rows take to come.
  server.requestTimeout = 0
  server.headersTimeout = 30_000
  // Longer than clients keep an idle connection, or they would meet one that is being closed.
  server.keepAliveTimeout = 30_000
  return server
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpFaceOptions,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine')
  const queryId = url.searchParams.get('query_id') ?? randomUUID()
  try {
    if (url.pathname === '/ping' || url.pathname === '/replicas_status') {
      sendText(response, 200, 'Ok.\n')
    } else if (url.pathname !== '/') {
      const hint =
        'Use / or /ping for health checks. Or /replicas_status for more sophisticated health checks.'
      sendText(response, 404, `There is no handle ${url.pathname}\n\n${hint}\n`)
    } else if (request.method === 'GET' && !url.searchParams.has('query')) {
      sendText(response, 200, 'Ok.\n')
    } else {
      response.setHeader('X-ClickHouse-Query-Id', queryId.replaceAll(/[^\x20-\x7e]/g, '?'))
      await answer(request, response, url.searchParams, options)
    }
  } catch (error) {
    await sendException(request, response, error, options.logger)
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URLSearchParams,
  { executor, users, limits }: HttpFaceOptions,
): Promise<void> {
  const user = authenticate(request, url, users)
  refuseWhatIsNotThere(url)
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(exception('QUERY_WAS_CANCELLED', 'The client left.'))
  })
  const outcome = await executor.run({
    user,
    order: await readOrder(request, url.get('query') ?? ''),
    dress: dressOf(user, new Map(url), limits),
    database:
      url.get('database') ?? request.headers['x-clickhouse-database']?.toString() ?? 'default',
    params: paramsOf(url),
    defaultFormat:
      url.get('default_format') ??
      request.headers['x-clickhouse-format']?.toString() ??
      'TabSeparated',
    readsOnly: request.method === 'GET',
    signal: gone.signal,
  })
  await send(request, response, url, outcome)
}

/** Better a clear no than a session whose temporary tables are gone at the next request. */
function refuseWhatIsNotThere(url: URLSearchParams): void {
  if (url.get('session_id')) {
    throw exception(
      'NOT_IMPLEMENTED',
      'HTTP sessions (session_id) are not supported by the embedded engine.',
    )
  }
  for (const name of ['compress', 'decompress']) {
    if (url.get(name) === '1') {
      const what = `Native compression (${name}=1) is not supported by the embedded engine. Use gzip of HTTP.`
      throw exception('NOT_IMPLEMENTED', what)
    }
  }
}

function paramsOf(url: URLSearchParams): ReadonlyMap<string, string> {
  const params = new Map<string, string>()
  for (const [name, value] of url) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
  }
  return params
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  url: URLSearchParams,
  outcome: Outcome,
): Promise<void> {
  response.setHeader('Content-Type', contentTypeOf(outcome.format))
  response.setHeader('X-ClickHouse-Server-Display-Name', displayName)
  response.setHeader('X-ClickHouse-Format', outcome.format)
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summaryOf(outcome)))
  const { body } = outcome
  const isFile = 'path' in body
  try {
    const bytes = isFile ? (await stat(body.path)).size : body.bytes.length
    const source = isFile ? createReadStream(body.path) : Readable.from([body.bytes])
    if (wantsGzip(request, url)) {
      response.setHeader('Content-Encoding', 'gzip')
      await pipeline(source, createGzip({ level: 1 }), response)
    } else {
      response.setHeader('Content-Length', bytes)
      await pipeline(source, response)
    }
  } finally {
    if (isFile) await rm(body.path, { force: true })
  }
}

function wantsGzip(request: IncomingMessage, url: URLSearchParams): boolean {
  const accepted = request.headers['accept-encoding']?.toString() ?? ''
  return url.get('enable_http_compression') === '1' && /\bgzip\b/.test(accepted)
}

/** Numbers as text: they may be longer than what JSON readers keep exactly. */
function summaryOf(outcome: Outcome): Record<string, string> {
  return {
    read_rows: String(outcome.rowsRead),
    read_bytes: String(outcome.bytesRead),
    written_rows: String(outcome.rowsWritten),
    written_bytes: String(outcome.bytesWritten),
    total_rows_to_read: '0',
    result_rows: String(outcome.rowsWritten),
    result_bytes: String(outcome.bytesWritten),
    elapsed_ns: String(Math.round(outcome.elapsedSeconds * 1e9)),
  }
}

async function sendException(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  logger: Logger,
): Promise<void> {
  const error = toException(thrown)
  logger.debug({ code: error.code, errorName: error.errorName }, 'query failed')
  // Headers that are out cannot be taken back: a broken connection is what tells the client.
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.removeHeader('Content-Encoding')
  response.setHeader('X-ClickHouse-Exception-Code', error.code)
  if (statusOf(error) === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ledgerline"')
  // Rows that nobody will read still come: without this the connection would have to be closed under them.
  request.resume()
  sendText(response, statusOf(error), `${error.message}\n`)
  await Promise.resolve()
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}
