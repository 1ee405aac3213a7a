import type { IncomingMessage } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { exception } from './exception.ts'
import { readInsert, type InsertStatement } from './statement.ts'

/** What a request asks for: a statement, or an INSERT with its rows still coming. */
export type Order =
  | { readonly kind: 'statement'; readonly sql: string }
  | {
      readonly kind: 'insert'
      readonly insert: InsertStatement
      readonly rows: AsyncIterable<Uint8Array>
    }

/** Up to here an INSERT must have come to its rows. */
const headBytesMax = 256 * 1024
const sqlBytesMax = 16 * 2 ** 20

/**
 * The text in the address, then that in the body, are one text, as in ClickHouse. It is looked at byte by byte (latin1)
 * until the rows begin, because those may be of any kind; no more than the head is ever held.
 */
export async function readOrder(body: AsyncIterable<Uint8Array>, sqlInUrl: string): Promise<Order> {
  const pieces = body[Symbol.asyncIterator]()
  let head = Buffer.from(sqlInUrl === '' ? '' : `${sqlInUrl}\n`)
  let isOver = false
  let insert = insertIn(head, isOver)
  while (insert === null && !isOver) {
    const next = await pieces.next()
    if (next.done === true) isOver = true
    else head = Buffer.concat([head, next.value])
    if (head.length > sqlBytesMax) throw exception('QUERY_IS_TOO_LARGE', 'Max query size exceeded.')
    if (isOver || head.length <= headBytesMax) insert = insertIn(head, isOver)
  }
  if (insert === null) return { kind: 'statement', sql: head.toString('utf8') }
  return { kind: 'insert', insert: insert.text, rows: rest(head.subarray(insert.dataAt), pieces) }
}

function insertIn(head: Buffer, isOver: boolean): { text: InsertStatement; dataAt: number } | null {
  const bytes = head.toString('latin1')
  const found = readInsert(bytes)
  // The name of the format may go on in the next piece.
  if (found === null || (!isOver && found.dataAt >= head.length && !bytes.endsWith('\n')))
    return null
  const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8')
  return {
    text: { ...found, into: utf8(found.into), settings: utf8(found.settings) },
    dataAt: found.dataAt,
  }
}

async function* rest(first: Buffer, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    yield next.value
  }
}

/** What was sent, unpacked. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  if (request.method === 'GET' || request.method === 'HEAD') return nothing()
  const encoding = request.headers['content-encoding'] ?? 'identity'
  switch (encoding) {
    case 'identity':
    case '':
      return request
    case 'gzip':
      return through(request, createGunzip())
    case 'deflate':
      return through(request, createInflate())
    case 'br':
      return through(request, createBrotliDecompress())
    default:
      throw exception('NOT_IMPLEMENTED', `Unknown compression method: ${encoding}`)
  }
}

/** A request that breaks off ends the other end with an error too, where a bare pipe would wait for ever. */
function through(request: IncomingMessage, decoder: Transform): Transform {
  return pipeline(request, decoder, () => undefined)
}

export async function* nothing(): AsyncGenerator<Uint8Array> {
  // A body without pieces.
}
