import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { answer, inputOf, untilTold } from './parent.ts'

// Thousands of readers of the stream in one process, which do nothing but look for what they are told to look for: to read
// JSON a thousand times would take what the hub is to be measured with.

const input = inputOf(
  z.object({
    url: z.string(),
    /** What they ask for in turn, as the address goes on after the host. */
    paths: z.array(z.string()),
    count: z.int(),
    isSocket: z.boolean(),
  }),
)

const wantedSchema = z.object({ token: z.string() })

let looking: { readonly token: Buffer; readonly postedAt: number } | null = null
let seenMs: number[] = []
let bytes = 0

interface Reader {
  readonly socket: Socket
  /** The end of what came before, in which a token may have begun. */
  rest: Buffer
  isWaiting: boolean
}

const { hostname, port, host } = new URL(input.url)

async function open(path: string): Promise<Reader> {
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const upgrade = [
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  const lines = [`GET ${path} HTTP/1.1`, `host: ${host}`, ...(input.isSocket ? upgrade : [])]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const reader: Reader = { socket, rest: Buffer.alloc(0), isWaiting: false }
  socket.on('data', (piece: Buffer) => take(reader, piece))
  socket.on('error', fail)
  socket.on('close', fail)
  return reader
}

let isEnding = false

function fail(): void {
  if (!isEnding) throw new Error('a reader lost its stream')
}

function take(reader: Reader, piece: Buffer): void {
  bytes += piece.length
  if (looking === null || !reader.isWaiting) return
  const { token, postedAt } = looking
  const joint = Buffer.concat([reader.rest, piece.subarray(0, token.length)])
  if (piece.includes(token) || joint.includes(token)) {
    reader.isWaiting = false
    seenMs.push(performance.now() - postedAt)
    if (--waitingCount === 0) {
      looking = null
      answer({ seenMs, bytes })
    }
  }
  reader.rest = piece.subarray(-token.length)
}

let waitingCount = 0

const readers: Reader[] = []
for (let number = 0; number < input.count; number++) {
  const path = input.paths[number % input.paths.length]
  if (path !== undefined) readers.push(await open(path))
}
answer({ opened: readers.length })

// The token to look for; from the answer on, which the parent waits for, time counts.
process.on('message', (message) => {
  const { token } = wantedSchema.parse(JSON.parse(String(message)))
  looking = { token: Buffer.from(token), postedAt: performance.now() }
  seenMs = []
  waitingCount = readers.length
  for (const reader of readers) reader.isWaiting = true
  answer({ looking: token })
})
await untilEnd()
isEnding = true
for (const { socket } of readers) socket.destroy()

/** Until the parent has gone away. */
async function untilEnd(): Promise<void> {
  while (process.connected) await untilTold()
}
