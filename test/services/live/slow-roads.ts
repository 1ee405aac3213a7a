import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { createEventReader } from '../../../client/state-stream.js'
import type { TestHub } from './hub-with-state.ts'

/** A reader who does not read until he is told to. */
export interface SlowReader {
  /** Calls for each message, from the first one on, until it answers true. */
  read(take: (name: string, data: unknown) => boolean): Promise<void>
}

/** The roads on which what is at an address goes to such readers. */
export function slowRoadsTo(path: string): readonly SlowRoad[] {
  return [
    { name: 'server-sent events', open: (hub) => slowByEvents(hub, path) },
    { name: 'WebSocket', open: (hub) => slowBySocket(hub, path) },
  ]
}

export interface SlowRoad {
  readonly name: string
  open(hub: TestHub): Promise<SlowReader>
}

async function slowByEvents(hub: TestHub, path: string): Promise<SlowReader> {
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
  await once(socket, 'readable')
  return {
    async read(take) {
      let isEnough = false
      const isDone = () => isEnough
      const read = createEventReader(({ name, data }) => (isEnough = take(name, JSON.parse(data))))
      for await (const piece of bodyOf(socket)) {
        read(piece)
        if (isDone()) break
      }
      socket.destroy()
    },
  }
}

async function slowBySocket(hub: TestHub, path: string): Promise<SlowReader> {
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}${path}`)
  const early: Buffer[] = []
  const keep = (data: Buffer) => early.push(data)
  socket.on('message', keep)
  await once(socket, 'open')
  socket.pause()
  return {
    read(take) {
      return new Promise((resolve) => {
        const takeOne = (message: Buffer) => {
          const { event, data } = messageSchema.parse(JSON.parse(message.toString()))
          if (!take(event, data)) return
          socket.terminate()
          resolve()
        }
        socket.off('message', keep)
        early.forEach(takeOne)
        socket.on('message', takeOne)
        socket.resume()
      })
    },
  }
}

const messageSchema = z.object({ event: z.string(), data: z.unknown() })

/** The body of an answer that goes on until the connection ends. */
async function* bodyOf(socket: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const piece of socket) {
    if (head === null) {
      yield piece
      continue
    }
    head = Buffer.concat([head, piece])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) continue
    yield head.subarray(end + 4)
    head = null
  }
}
