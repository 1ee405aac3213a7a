import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { openSocketConnection } from '../../../services/live/socket-connection.ts'
import { createStreamMessage } from '../../../services/live/stream-message.ts'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
afterEach(() => server.clients.forEach((client) => client.terminate()))

/** Both ends of a connection. */
async function connected(options: { readonly autoPong: boolean }) {
  const { port } = server.address() as AddressInfo
  const reader = new WebSocket(`ws://127.0.0.1:${port}`, options)
  const [[socket]] = (await Promise.all([once(server, 'connection'), once(reader, 'open')])) as [
    [WebSocket],
    unknown,
  ]
  return { reader, socket, connection: openSocketConnection(socket) }
}

test('a reader who answers no ping is given up', async () => {
  const { connection, socket } = await connected({ autoPong: false })
  const ended = new Promise<void>((resolve) => connection.onEnd(resolve))
  connection.beat()
  connection.beat()
  expect(socket.readyState).toBe(WebSocket.OPEN)
  connection.beat()
  await ended
})

test('a reader who answers is kept, however long', async () => {
  const { connection, socket } = await connected({ autoPong: true })
  for (let count = 0; count < 10; count++) {
    connection.beat()
    await once(socket, 'pong')
  }
  expect(socket.readyState).toBe(WebSocket.OPEN)
})

test('a reader who does not read is full until what was sent to him has left', async () => {
  const { connection, reader } = await connected({ autoPong: true })
  reader.pause()
  const message = createStreamMessage('changes', '1', [JSON.stringify('x'.repeat(1e6))])
  let drained = 0
  connection.onDrain(() => drained++)
  let sent = 1
  while (connection.write(message)) sent++
  expect(drained).toBe(0)
  let read = 0
  const all = new Promise<void>((resolve) =>
    reader.on('message', () => {
      if (++read === sent) resolve()
    }),
  )
  reader.resume()
  await all
  expect(drained).toBe(1)
  expect(connection.write(createStreamMessage('changes', '2', []))).toBe(true)
})
