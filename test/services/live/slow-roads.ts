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
      for await (const piece of unchunked(socket)) {
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

/** The body of an answer in chunks, as HTTP/1.1 sends it. */
async function* unchunked(socket: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = Buffer.alloc(0)
  let isBody = false
  for await (const piece of socket) {
    bytes = Buffer.concat([bytes, piece])
    if (!isBody) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) continue
      isBody = true
      bytes = bytes.subarray(end + 4)
    }
    for (;;) {
      const line = bytes.indexOf('\r\n')
      if (line < 0) break
      const size = parseInt(bytes.subarray(0, line).toString(), 16)
      if (bytes.length < line + 2 + size + 2) break
      yield bytes.subarray(line + 2, line + 2 + size)
      bytes = bytes.subarray(line + 2 + size + 2)
    }
  }
}
