import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Logger } from '../../runtime/logger.ts'
import { statusOf, toException } from './exception.ts'
import type { Outcome } from './executor.ts'
import { contentTypeOf } from './formats.ts'
import { reviseNative } from './native-revision.ts'

const displayName = 'ledgerline'

/** The whole answer is there before its first byte goes out: an error is a status, never half an answer. */
export async function sendOutcome(
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
    const source: Readable = isFile ? createReadStream(body.path) : Readable.from([body.bytes])
    const revision = Number(url.get('client_protocol_version') ?? 0)
    const revised =
      outcome.format === 'Native' && revision > 0 ? reviseNative(source, revision) : source
    if (bytes > 0 && wantsGzip(request, url)) {
      response.setHeader('Content-Encoding', 'gzip')
      await pipeline(revised, createGzip({ level: 1 }), response)
    } else {
      if (revised === source) response.setHeader('Content-Length', bytes)
      await pipeline(revised, response)
    }
  } finally {
    if (isFile) await rm(body.path, { force: true })
  }
}

/** As ClickHouse has it since 26: whoever can read gzip gets it, unless he says no. */
function wantsGzip(request: IncomingMessage, url: URLSearchParams): boolean {
  const accepted = request.headers['accept-encoding']?.toString() ?? ''
  return url.get('enable_http_compression') !== '0' && /\bgzip\b/.test(accepted)
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

export function sendException(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  logger: Logger,
): void {
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
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}
