import { CodecError } from './codec-error.ts'
import { newestSchema, writerSchemas } from './schema-files.ts'
import { createSkim } from './skim.ts'

/**
 * The largest record that is written or read, in bytes. The log takes no larger one, and a record is measured before it
 * is decoded, so that a few hostile bytes cannot ask for more work than an honest record does.
 */
export const recordBytesMax = 2 * 1024 * 1024

const magic = 0
const headerBytes = 5

export interface Codec {
  /** One zero byte, the schema's id in four bytes, the body: what Kafka's tools call Confluent framing. */
  encode(value: object): Uint8Array
  /** The record as the newest schema shows it, whichever version wrote it. */
  decode(bytes: Uint8Array): unknown
}

/** Throws `CodecError`s only. */
export function createCodec(subject: string): Codec {
  const reader = newestSchema(subject)
  // A resolver costs nothing at run time but much to build, so each is built once.
  const writers = new Map(
    writerSchemas
      .filter((writer) => writer.subject === subject)
      .map(({ id, type }) => [
        id,
        { resolver: reader.type.createResolver(type), isHonest: createSkim(type) },
      ]),
  )
  let slab = Buffer.alloc(64 * 1024)

  function encode(value: object): Uint8Array {
    const end = write(value)
    if (end > recordBytesMax) throw new CodecError('RECORD_TOO_LARGE', `${end} bytes to write`)
    slab.writeUInt8(magic, 0)
    slab.writeUInt32BE(reader.id, 1)
    return Buffer.from(slab.subarray(0, end))
  }

  /** Writes the body into the slab that all records share, which is twice as fast as a buffer for each. */
  function write(value: object): number {
    for (;;) {
      const end = attempt(value)
      if (end >= 0) return end
      const needed = slab.length - end
      if (needed > recordBytesMax) {
        throw new CodecError('RECORD_TOO_LARGE', `${needed} bytes to write`)
      }
      slab = Buffer.alloc(2 ** Math.ceil(Math.log2(needed)))
    }
  }

  function attempt(value: object): number {
    try {
      return reader.type.encode(value, slab, headerBytes)
    } catch (cause) {
      throw new CodecError('RECORD_BROKEN', 'a value does not fit its schema', cause)
    }
  }

  function decode(bytes: Uint8Array): unknown {
    if (bytes.length > recordBytesMax) {
      throw new CodecError('RECORD_TOO_LARGE', `${bytes.length} bytes to read`)
    }
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (buffer.length < headerBytes || buffer[0] !== magic) {
      throw new CodecError('RECORD_BROKEN', 'no schema id stands before the record')
    }
    const id = buffer.readUInt32BE(1)
    const writer = writers.get(id)
    if (writer === undefined) {
      throw new CodecError('SCHEMA_UNKNOWN', `${subject} has no schema ${id}`)
    }
    if (!writer.isHonest(buffer, headerBytes)) {
      throw new CodecError('RECORD_BROKEN', 'a list claims more than there is')
    }
    try {
      // avsc types what it reads as `any`.
      const read: { readonly value: unknown; readonly offset: number } = reader.type.decode(
        buffer,
        headerBytes,
        writer.resolver,
      )
      if (read.offset === buffer.length) return read.value
    } catch (cause) {
      throw new CodecError('RECORD_BROKEN', 'the bytes are not what their schema says', cause)
    }
    throw new CodecError('RECORD_BROKEN', 'the record is longer or shorter than its bytes')
  }

  return { encode, decode }
}
