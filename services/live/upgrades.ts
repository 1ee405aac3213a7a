import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** What readers send is nothing but answers to pings. */
const receivedBytesMax = 1_024

/**
 * Lets routes of this scope have a `wsHandler`. Node gives every call that asks for an upgrade to whoever takes upgrades, with
 * its body unread; but clients ask for what nobody has to grant (Java's for HTTP/2, with each call), and are then to be answered
 * as if they had not.
 */
export async function addWebSockets(scope: FastifyInstance, paths: readonly string[]) {
  // It never listens: it hands on the upgrades that are for a WebSocket.
  const sockets = createServer()
  scope.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isWebSocket(request, paths)) sockets.emit('upgrade', request, socket, head)
    else answerAsCall(scope, request, socket, head)
  })
  await scope.register(websocket, {
    options: { server: sockets, maxPayload: receivedBytesMax },
  })
}

function isWebSocket({ headers, url = '' }: IncomingMessage, paths: readonly string[]): boolean {
  const [path = ''] = url.split('?')
  return headers.upgrade?.toLowerCase() === 'websocket' && paths.includes(path)
}

/** Gives the call back to the server as it came, without what asked for the upgrade. */
function answerAsCall(
  { server }: FastifyInstance,
  { method = '', url = '', httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (/^connection$/i.test(name)) lines.push(`${name}: ${withoutUpgrade(value)}`)
    else if (!ofUpgrade.test(name)) lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}

const ofUpgrade = /^(upgrade|http2-settings)$/i

/** What else is asked of the connection. */
function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => !ofUpgrade.test(option)).join(', ')
}
