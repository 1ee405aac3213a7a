import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from '../../runtime/logger.ts'
import { bodyOf, nothing, readOrder } from './body.ts'
import { dressOf, type ReaderLimits } from './dress.ts'
import { exception } from './exception.ts'
import type { Executor } from './executor.ts'
import { isForm, readForm } from './form.ts'
import { sendException, sendOutcome, sendText } from './response.ts'
import { authenticate, type UserOptions } from './users.ts'

export interface HttpFaceOptions {
  readonly executor: Executor
  readonly users: UserOptions
  readonly limits: ReaderLimits
  readonly logger: Logger
}

/** The address of an insert names each column. */
const maxHeaderSize = 2 ** 20

/** ClickHouse's HTTP interface, as far as clients use it: one address, `/`, and two to ask whether anybody is there. */
export function createHttpFace(options: HttpFaceOptions): Server {
  const server = createServer({ maxHeaderSize }, (request, response) => {
    void serve(request, response, options)
  })
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
  try {
    const [path, query] = split(request.url ?? '/')
    const url = new URLSearchParams(query)
    if (path === '/ping' || path === '/replicas_status') sendText(response, 200, 'Ok.\n')
    else if (path !== '/') sendText(response, 404, `There is no handle ${path}\n\n${handles}\n`)
    else if (request.method === 'GET' && !url.has('query')) sendText(response, 200, 'Ok.\n')
    else {
      const queryId = url.get('query_id') ?? randomUUID()
      response.setHeader('X-ClickHouse-Query-Id', queryId.replaceAll(/[^\x20-\x7e]/g, '?'))
      await answer(request, response, url, options)
    }
  } catch (error) {
    sendException(request, response, error, options.logger)
  }
}

const handles =
  'Use / or /ping for health checks. Or /replicas_status for more sophisticated health checks.'

function split(url: string): [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URLSearchParams,
  { executor, users, limits }: HttpFaceOptions,
): Promise<void> {
  const user = authenticate(request, url, users)
  refuseWhatIsNotThere(url)
  const form = isForm(request) ? await readForm(request) : null
  const asked = new URLSearchParams([...url, ...(form ?? [])])
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(exception('QUERY_WAS_CANCELLED', 'The client left.'))
  })
  const outcome = await executor.run({
    user,
    order: await readOrder(form === null ? bodyOf(request) : nothing(), asked.get('query') ?? ''),
    dress: dressOf(user, new Map(url), limits),
    database:
      url.get('database') ?? request.headers['x-clickhouse-database']?.toString() ?? 'default',
    params: paramsOf(asked),
    defaultFormat: defaultFormatOf(request, url),
    readsOnly: request.method === 'GET',
    signal: gone.signal,
  })
  await sendOutcome(request, response, url, outcome)
}

/** It becomes a part of the statement, so it must be a name and nothing else. */
function defaultFormatOf(request: IncomingMessage, url: URLSearchParams): string {
  const header = request.headers['x-clickhouse-format']?.toString()
  const format = url.get('default_format') ?? header ?? 'TabSeparated'
  if (/^\w{1,64}$/.test(format)) return format
  throw exception('BAD_ARGUMENTS', 'The name of a format has letters, digits and underscores.')
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
