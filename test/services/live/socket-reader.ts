import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocket, type ClientOptions } from 'ws'
import { z } from 'zod'
import { problemSchema, type Problem } from '../../../schemas/feeds/problem.ts'
import type { StreamEvent } from './event-stream-reader.ts'

const messageSchema = z.strictObject({ id: z.string(), event: z.string(), data: z.unknown() })

/** The messages of a WebSocket as a reader gets them, from its beginning. */
export function readMessages(
  url: string,
  options: ClientOptions = {},
): AsyncGenerator<StreamEvent, undefined> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options)
  const arrived: StreamEvent[] = []
  let isOver = false
  const hasEnded = () => isOver
  let wake: () => void = () => undefined
  socket.on('message', (data: Buffer) => {
    arrived.push(messageSchema.parse(JSON.parse(data.toString())))
    wake()
  })
  socket.on('close', () => {
    isOver = true
    wake()
  })

  return (async function* () {
    try {
      for (;;) {
        const next = arrived.shift()
        if (next !== undefined) yield next
        else if (hasEnded()) return undefined
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      socket.terminate()
    }
  })()
}

/** What is answered instead of a WebSocket. */
export async function refusedUpgrade(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Problem> {
  const asking = request(url, {
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-version': '13',
      ...headers,
    },
  }).end()
  asking.on('upgrade', (_response, socket) => {
    socket.destroy()
    asking.emit('error', new Error('it was not refused'))
  })
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return problemSchema.parse(JSON.parse(await text(response)))
}
