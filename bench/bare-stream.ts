import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { answer, inputOf, untilTold } from './parent.ts'

// The bare limit of the stream: a server that knows nothing, and writes what it is told to every reader at once.

const { bytes } = inputOf(z.object({ bytes: z.int() }))
const padding = 'x'.repeat(bytes)
const readers = new Set<ServerResponse>()

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('\n')
  readers.add(response)
})
server.listen(0, '127.0.0.1', () => {
  answer({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', (token) => {
  const message = Buffer.from(`${padding}${String(token)}`)
  for (const reader of readers) reader.write(message)
})
while (process.connected) await untilTold()
server.closeAllConnections()
server.close()
