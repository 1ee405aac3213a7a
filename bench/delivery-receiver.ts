import { once } from 'node:events'
import { createServer } from 'node:http'
import { z } from 'zod'

// A vendor's server in a process of its own: it answers 200 and remembers when each state came.

const told = z.array(z.object({ putAt: z.number() }))
const waitsMs: number[] = []
let messages = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const now = Date.now()
    messages++
    const states = told.parse(JSON.parse(Buffer.concat(chunks).toString()))
    for (const { putAt } of states) waitsMs.push(now - putAt)
    response.end()
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.(server.address())
process.once('message', () => {
  process.send?.({ messages, waitsMs })
  server.close()
  server.closeAllConnections()
  process.disconnect()
})
