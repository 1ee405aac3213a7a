import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { WireReader, WireWriter } from './log-wire.ts'

export interface FakeBroker {
  readonly address: string
  /** The values in partition 0 of the only topic, in order. */
  readonly values: readonly string[]
  /** What happens to the reply to the next batch, which is applied all the same. */
  failNextReply(how: 'lost' | 'unknown-error'): void
  /** Resolves when so many produce requests have come in all. */
  requested(count: number): Promise<void>
  close(): Promise<void>
}

interface KnownBatch {
  readonly first: number
  readonly last: number
  readonly offset: number
}

const apis = { produce: 0, metadata: 3, apiVersions: 18, initProducerId: 22 }
const unknownServerError = -1
const outOfOrderSequence = 45

/**
 * A broker of one partition that speaks just enough of Kafka's protocol for a producer, and keeps Kafka's rule for
 * idempotent ones (`ProducerStateEntry.findDuplicateBatch`): a batch with the sequence numbers of one of the last five of
 * its producer is acknowledged and not written.
 */
export async function startFakeBroker(topic: string): Promise<FakeBroker> {
  const values: string[] = []
  const producers = new Map<number, KnownBatch[]>()
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()
  let requests = 0
  let nextProducerId = 1
  let failure: 'lost' | 'unknown-error' | undefined
  const server = createServer((socket) => {
    sockets.add(socket)
    let unread = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk])
      while (unread.length >= 4 && unread.length >= 4 + unread.readInt32BE(0)) {
        const length = unread.readInt32BE(0)
        answer(socket, new WireReader(unread.subarray(4, 4 + length)))
        unread = unread.subarray(4 + length)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const listening = server.address()
  const port = typeof listening === 'object' && listening !== null ? listening.port : 0

  function answer(socket: Socket, request: WireReader): void {
    const api = request.int16()
    const version = request.int16()
    const reply = new WireWriter().int32(request.int32())
    request.text()
    if (api === apis.apiVersions) writeApiVersions(reply, version)
    else if (api === apis.metadata) writeMetadata(reply)
    else if (api === apis.initProducerId) {
      reply.int32(0).int16(0).int64(nextProducerId++).int16(0)
    } else if (!produce(request, reply)) {
      socket.destroy()
      return
    }
    socket.write(reply.framed())
  }

  function writeApiVersions(reply: WireWriter, version: number): void {
    reply.int16(0).int32(4)
    reply.int16(apis.produce).int16(3).int16(3)
    reply.int16(apis.metadata).int16(1).int16(1)
    reply.int16(apis.apiVersions).int16(0).int16(2)
    reply.int16(apis.initProducerId).int16(0).int16(0)
    if (version > 0) reply.int32(0)
  }

  function writeMetadata(reply: WireWriter): void {
    reply.int32(1).int32(1).text('127.0.0.1').int32(port).text(null).int32(1)
    reply.int32(1).int16(0).text(topic).int8(0)
    reply.int32(1).int16(0).int32(0).int32(1).int32(1).int32(1).int32(1).int32(1)
  }

  /** Answers whether there is to be a reply. */
  function produce(request: WireReader, reply: WireWriter): boolean {
    request.text()
    request.skip(2 + 4 + 4)
    request.text()
    request.skip(4 + 4)
    const { error, offset } = apply(request.bytes())
    const how = failure
    failure = undefined
    requests++
    for (const wake of waiting) wake()
    reply.int32(1).text(topic).int32(1).int32(0)
    reply.int16(how === 'unknown-error' ? unknownServerError : error)
    reply.int64(offset).int64(-1).int32(0)
    return how !== 'lost'
  }

  function apply(bytes: Buffer): { error: number; offset: number } {
    const batch = decodeBatch(bytes)
    const known = producers.get(batch.producerId) ?? []
    const { first } = batch
    const last = first + batch.values.length - 1
    const repeated = known.find((one) => one.first === first && one.last === last)
    if (repeated) return { error: 0, offset: repeated.offset }
    if (first !== (known.at(-1)?.last ?? -1) + 1) return { error: outOfOrderSequence, offset: -1 }
    const offset = values.length
    producers.set(batch.producerId, [...known, { first, last, offset }].slice(-5))
    values.push(...batch.values)
    return { error: 0, offset }
  }

  return {
    address: `127.0.0.1:${port}`,
    values,
    failNextReply: (how) => (failure = how),
    requested: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (requests < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A record batch of the message format 2, with gzip or without. */
function decodeBatch(bytes: Buffer) {
  const gzip = (bytes.readInt16BE(21) & 7) === 1
  const producerId = Number(bytes.readBigInt64BE(43))
  const first = bytes.readInt32BE(53)
  const count = bytes.readInt32BE(57)
  const body = bytes.subarray(61)
  const records = new WireReader(gzip ? gunzipSync(body) : body)
  const values = Array.from({ length: count }, () => {
    records.varint()
    records.skip(1)
    records.varint()
    records.varint()
    records.skip(Math.max(0, records.varint()))
    const value = records.take(records.varint()).toString()
    records.varint()
    return value
  })
  return { producerId, first, values }
}
