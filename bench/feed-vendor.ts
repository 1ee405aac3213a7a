import { once } from 'node:events'
import { createServer } from 'node:http'
import { z } from 'zod'

// A vendor's server in a process of its own: it takes states in batches, and remembers when each code came first.

const told = z.object({ States: z.array(z.object({ StateCode: z.string() })) })
const arrivedAt = new Map<string, number>()
let messages = 0

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const now = Date.now()
    messages++
    const { States } = told.parse(JSON.parse(Buffer.concat(chunks).toString()))
    for (const { StateCode } of States) {
      if (!arrivedAt.has(StateCode)) arrivedAt.set(StateCode, now)
    }
    response.end()
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.(server.address())
process.on('message', (word) => {
  const report = { messages, arrived: word === 'end' ? [...arrivedAt] : [], count: arrivedAt.size }
  // It is long, and must have left before the channel closes.
  process.send?.(report, undefined, undefined, () => {
    if (word === 'end') process.disconnect()
  })
})
process.once('disconnect', () => {
  server.close()
  server.closeAllConnections()
})
