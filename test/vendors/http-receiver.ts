import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { portOf, type HttpAnswer } from './http-answer.ts'
import { slowMs, type Mood, type Taken, type Vendor } from './mood.ts'

export interface HttpReceiver extends Vendor {
  readonly url: string
  /** Of all that came, also of what was not taken. */
  readonly headers: readonly IncomingMessage['headers'][]
  /** All that came whole, also what was not taken. */
  readonly received: readonly Taken[]
  /** While it is set, a receiver that is well answers what this says, and takes what is answered with 2xx. */
  answerBy(handle: ((request: IncomingMessage, body: Buffer) => HttpAnswer) | null): void
}

/** Takes POST at any address. */
export async function openHttpReceiver(port = 0): Promise<HttpReceiver> {
  let mood: Mood = 'well'
  let handle: Parameters<HttpReceiver['answerBy']>[0] = null
  const taken: Taken[] = []
  const received: Taken[] = []
  const headers: IncomingMessage['headers'][] = []

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const own = mood
    if (own === 'disconnecting') {
      request.socket.destroy()
      return
    }
    const body = await buffer(request)
    headers.push(request.headers)
    const key = String(request.headers['idempotency-key'])
    received.push({ key, body })
    if (own === 'stalling') return
    if (own === 'slow') await sleep(slowMs)
    const answer = answerIn(own) ?? handle?.(request, body) ?? { status: 200, text: '' }
    if (answer.status < 300) taken.push({ key, body })
    if (own === 'forgetting') {
      request.socket.destroy()
      return
    }
    const type = answer.text.startsWith('<') ? 'text/xml; charset=utf-8' : 'text/plain'
    response.writeHead(answer.status, { 'content-type': type, ...answer.headers })
    response.end(answer.text)
  }

  const server = createServer((request, response) => {
    receive(request, response).catch(() => request.socket.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const own = portOf(server)
  return {
    ...{ port: own, url: `http://127.0.0.1:${own}/push`, taken, received, headers },
    become: (next) => void (mood = next),
    answerBy: (next) => void (handle = next),
    async close() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

function answerIn(mood: Mood): HttpAnswer | null {
  switch (mood) {
    case 'failing':
      return { status: 503, text: '' }
    case 'refusing':
      return { status: 422, text: '' }
    case 'throttling':
      return { status: 429, text: '', headers: { 'retry-after': '1' } }
    case 'well':
    case 'stalling':
    case 'disconnecting':
    case 'forgetting':
    case 'slow':
      return null
  }
}
