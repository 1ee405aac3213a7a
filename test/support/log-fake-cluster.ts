import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { WireReader, WireWriter } from './log-wire.ts'

export interface FakeCluster {
  readonly addresses: readonly string[]
  /** The values in a partition of the only topic, in order. */
  values(partition: number): readonly string[]
  /** What happens to the reply to the next batch, which is applied all the same. */
  failNextReply(how: 'lost' | 'unknown-error'): void
  /** The next to send to a partition is told that another node leads it now, once that node has answered for its own. */
  moveLeader(partition: number, node: number): void
  /** Resolves when so many produce requests have been answered, or not answered, in all. */
  requested(count: number): Promise<void>
  close(): Promise<void>
}

interface KnownBatch {
  readonly first: number
  readonly last: number
  readonly offset: number
}

const apis = { produce: 0, metadata: 3, apiVersions: 18, initProducerId: 22 }
const errors = { unknown: -1, none: 0, notLeader: 6, outOfOrderSequence: 45 }

/**
 * Nodes that lead one partition each, and speak just enough of Kafka's protocol for a producer. They keep Kafka's rule for
 * idempotent ones (`ProducerStateEntry.findDuplicateBatch`): a batch with the sequence numbers of one of the last five of
 * its producer is acknowledged and not written.
 */
export async function startFakeCluster(topic: string, nodes: number): Promise<FakeCluster> {
  const numbers = Array.from({ length: nodes }, (_, number) => number)
  const logs = numbers.map((): string[] => [])
  const known = numbers.map(() => new Map<number, readonly KnownBatch[]>())
  const leaders = [...numbers]
  const moving = new Map<number, number>()
  const watching = new Set<() => void>()
  const sockets = new Set<Socket>()
  const answered = numbers.map(() => 0)
  let nextProducerId = 1
  let failure: 'lost' | 'unknown-error' | undefined
  const servers = await Promise.all(numbers.map(listen))
  const ports = servers.map(portOf)

  async function listen(node: number): Promise<Server> {
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      let unread = Buffer.alloc(0)
      socket.on('data', (chunk) => {
        unread = Buffer.concat([unread, chunk])
        while (unread.length >= 4 && unread.length >= 4 + unread.readInt32BE(0)) {
          const length = unread.readInt32BE(0)
          void answer(node, socket, new WireReader(unread.subarray(4, 4 + length)))
          unread = unread.subarray(4 + length)
        }
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  async function answer(node: number, socket: Socket, request: WireReader): Promise<void> {
    const api = request.int16()
    const version = request.int16()
    const reply = new WireWriter().int32(request.int32())
    request.text()
    if (api === apis.apiVersions) writeApiVersions(reply, version)
    else if (api === apis.metadata) writeMetadata(reply)
    else if (api === apis.initProducerId) {
      reply.int32(0).int16(errors.none).int64(nextProducerId++).int16(0)
    } else if (!(await produce(node, request, reply))) {
      socket.destroy()
      return
    }
    socket.write(reply.framed())
  }

  function writeApiVersions(reply: WireWriter, version: number): void {
    reply.int16(errors.none).int32(4)
    reply.int16(apis.produce).int16(3).int16(3)
    reply.int16(apis.metadata).int16(1).int16(1)
    reply.int16(apis.apiVersions).int16(0).int16(2)
    reply.int16(apis.initProducerId).int16(0).int16(0)
    if (version > 0) reply.int32(0)
  }

  function writeMetadata(reply: WireWriter): void {
    reply.int32(nodes)
    for (const node of numbers) {
      reply
        .int32(node)
        .text('127.0.0.1')
        .int32(ports[node] ?? 0)
        .text(null)
    }
    reply.int32(0).int32(1).int16(errors.none).text(topic).int8(0).int32(nodes)
    leaders.forEach((leader, partition) => {
      reply.int16(errors.none).int32(partition).int32(leader)
      reply.int32(1).int32(leader).int32(1).int32(leader)
    })
  }

  /** All requests are for the one topic. Answers whether there is to be a reply. */
  async function produce(node: number, request: WireReader, reply: WireWriter): Promise<boolean> {
    request.text()
    request.skip(2 + 4 + 4)
    request.text()
    const count = request.int32()
    reply.int32(1).text(topic).int32(count)
    const how = failure
    failure = undefined
    for (let index = 0; index < count; index++) {
      const partition = request.int32()
      const { error, offset } = await take(node, partition, request.bytes())
      reply.int32(partition).int16(how === 'unknown-error' ? errors.unknown : error)
      reply.int64(offset).int64(-1)
    }
    reply.int32(0)
    answered[node] = (answered[node] ?? 0) + 1
    for (const look of watching) look()
    return how !== 'lost'
  }

  async function take(node: number, partition: number, bytes: Buffer) {
    const to = moving.get(partition)
    if (to !== undefined) {
      moving.delete(partition)
      leaders[partition] = to
      await until(() => (answered[to] ?? 0) > 0)
    }
    if (leaders[partition] !== node) return { error: errors.notLeader, offset: -1 }
    return apply(partition, bytes)
  }

  function apply(partition: number, bytes: Buffer) {
    const { producerId, first, values } = decodeBatch(bytes)
    const batches = known[partition]?.get(producerId) ?? []
    const last = first + values.length - 1
    const repeated = batches.find((one) => one.first === first && one.last === last)
    if (repeated) return { error: errors.none, offset: repeated.offset }
    if (first !== (batches.at(-1)?.last ?? -1) + 1) {
      return { error: errors.outOfOrderSequence, offset: -1 }
    }
    const log = logs[partition] ?? []
    const offset = log.push(...values) - values.length
    known[partition]?.set(producerId, [...batches, { first, last, offset }].slice(-5))
    return { error: errors.none, offset }
  }

  function until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return
        watching.delete(look)
        resolve()
      }
      watching.add(look)
      look()
    })
  }

  return {
    addresses: ports.map((port) => `127.0.0.1:${port}`),
    values: (partition) => logs[partition] ?? [],
    failNextReply: (how) => (failure = how),
    moveLeader: (partition, node) => moving.set(partition, node),
    requested: (count) => until(() => answered.reduce((sum, one) => sum + one, 0) >= count),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(
        servers.map(async (server) => {
          server.close()
          await once(server, 'close')
        }),
      )
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
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
    for (let headers = records.varint(); headers > 0; headers--) {
      records.skip(records.varint())
      records.skip(Math.max(0, records.varint()))
    }
    return value
  })
  return { producerId, first, values }
}
