import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { portOf } from './http-answer.ts'
import { slowMs, type Mood, type Taken, type Vendor } from './mood.ts'

/** Takes lines, or messages with four bytes of length before them, and answers each in the same form. */
export async function openTcpReceiver(
  framing: 'line' | 'length',
  { port = 0, isSilent = false } = {},
): Promise<Vendor> {
  let mood: Mood = 'well'
  const taken: Taken[] = []
  const sockets = new Set<Socket>()

  async function receive(socket: Socket, body: Buffer): Promise<void> {
    const own = mood
    if (own === 'disconnecting') {
      socket.destroy()
      return
    }
    if (own === 'stalling') return
    if (own === 'slow') await sleep(slowMs)
    const word = wordIn(own)
    if (word === 'OK') taken.push({ key: keyIn(body), body })
    if (own === 'forgetting') socket.destroy()
    else if (!isSilent) socket.write(wrapped(word, framing))
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    void readAll(socket, framing, (body) => receive(socket, body)).catch(() => socket.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    ...{ port: portOf(server), taken },
    become: (next) => void (mood = next),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readAll(
  socket: Socket,
  framing: 'line' | 'length',
  receive: (body: Buffer) => Promise<void>,
): Promise<void> {
  let unread = Buffer.alloc(0)
  for await (const chunk of socket) {
    unread = Buffer.concat([unread, Buffer.from(chunk)])
    for (;;) {
      const head = framing === 'length' ? 4 : 0
      if (unread.length < head) break
      const end = framing === 'length' ? 4 + unread.readUInt32BE(0) : unread.indexOf('\n')
      if (end < 0 || unread.length < end) break
      const body = Buffer.from(unread.subarray(head, end))
      unread = Buffer.from(unread.subarray(framing === 'length' ? end : end + 1))
      await receive(body)
    }
  }
}

function wrapped(word: string, framing: 'line' | 'length'): Buffer {
  const body = Buffer.from(word)
  if (framing === 'line') return Buffer.concat([body, Buffer.from('\n')])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

function wordIn(mood: Mood): string {
  switch (mood) {
    case 'failing':
      return 'BUSY'
    case 'throttling':
      return 'WAIT'
    case 'refusing':
      return 'NAK'
    case 'well':
    case 'stalling':
    case 'disconnecting':
    case 'forgetting':
    case 'slow':
      return 'OK'
  }
}

/** What is told over a bare line has its key in it. */
function keyIn(body: Buffer): string {
  return /"key":"([^"]+)"/.exec(body.toString('utf8'))?.[1] ?? ''
}
