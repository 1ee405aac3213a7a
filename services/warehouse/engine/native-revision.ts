import { Incomplete, NativeCursor, nativeType } from './native-cursor.ts'

/** From this revision of ClickHouse's protocol on, a block begins with a few words about itself. */
const withBlockInfo = 1
/** From this one on, each column says whether it is written in an unusual way. */
const withSerialization = 54_454

/** Field 1, no overflow; field 2, no bucket; the end. */
const blockInfo = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0])
const asUsual = Buffer.from([0])

/**
 * Blocks of the Native format as the engine writes them into a file, turned into what a client reads that has named its
 * revision (`client_protocol_version`), as clickhouse-go and with it Grafana do.
 */
export async function* reviseNative(
  pieces: AsyncIterable<Buffer>,
  revision: number,
): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  let wanted = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    bytes += piece.length
    // A block that was not complete is looked at again only when twice as much is there, or it would be at each piece.
    if (bytes < wanted) continue
    const rest = yield* reviseBlocks(Buffer.concat(waiting), revision)
    waiting = [rest]
    bytes = rest.length
    wanted = bytes * 2
  }
  const rest = yield* reviseBlocks(Buffer.concat(waiting), revision)
  if (rest.length > 0) throw new Error('the engine wrote half a block')
}

/** Answers what is left: the beginning of a block whose end has not come yet. */
function* reviseBlocks(bytes: Buffer, revision: number): Generator<Buffer, Buffer> {
  let rest = bytes
  while (rest.length > 0) {
    const block = reviseBlock(rest, revision)
    if (block === null) return rest
    yield Buffer.concat(block.parts)
    rest = rest.subarray(block.length)
  }
  return rest
}

function reviseBlock(
  bytes: Buffer,
  revision: number,
): { readonly parts: readonly Buffer[]; readonly length: number } | null {
  const cursor = new NativeCursor(bytes)
  const parts: Buffer[] = revision >= withBlockInfo ? [blockInfo] : []
  let taken = 0
  try {
    const columns = cursor.varint()
    const rows = cursor.varint()
    for (let column = 0; column < columns; column++) {
      cursor.text()
      const type = nativeType(cursor.text())
      if (revision >= withSerialization) {
        parts.push(bytes.subarray(taken, cursor.at), asUsual)
        taken = cursor.at
      }
      if (rows > 0) {
        type.prefix(cursor)
        type.values(cursor, rows)
      }
    }
  } catch (error) {
    if (error instanceof Incomplete) return null
    throw error
  }
  return { parts: [...parts, bytes.subarray(taken, cursor.at)], length: cursor.at }
}
