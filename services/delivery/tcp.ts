import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { reasonOf } from '../runtime/http-post.ts'
import { failed, type Answer, type Carrier } from './delivery.ts'
import { framed, unframed, type Framing } from './frame.ts'

export interface TcpOptions {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly framing: Framing
  /**
   * `each`: the target answers every message with one of its own, which begins with OK, ACK or a 2xx code, or says why not.
   * `none`: it says nothing; then `taken` only means that the other machine's end of the connection has the bytes, as far as
   * this machine knows, and a connection that breaks just then may lose the last of them.
   */
  readonly answers: 'each' | 'none'
}

/** Keeps one connection open, over which messages go one after the other; after any failure the next has a new one. */
export function createTcpCarrier(options: TcpOptions): Carrier {
  let line: Line | null = null

  async function send(body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const message = framed(body, options.framing)
    if (message === null) return { kind: 'refused', detail: 'a line feed in a line' }
    try {
      if (line === null || line.isBroken()) line = await openLine(options, signal)
      const said = await line.tell(message, signal)
      return said === null ? { kind: 'taken', detail: 'written' } : toAnswer(said)
    } catch (error) {
      line?.close()
      line = null
      return failed(reasonOf(error))
    }
  }

  return {
    parallelMax: 1,
    send: ({ body }, signal) => send(body, signal),
    close() {
      line?.close()
      return Promise.resolve()
    },
  }
}

/** A word for yes; a word for never; anything else is for later. */
function toAnswer(said: string): Answer {
  if (/^(?:OK|ACK|2\d\d)\b/i.test(said)) return { kind: 'taken', detail: 'acknowledged' }
  if (/^(?:NAK|REFUSED|4\d\d)\b/i.test(said)) return { kind: 'refused', detail: 'refused' }
  return failed('turned away')
}

interface Line {
  isBroken(): boolean
  /** What was answered; null where nothing is. Rejects when the line breaks or the signal aborts. */
  tell(message: Buffer, signal: AbortSignal): Promise<string | null>
  close(): void
}

async function openLine(options: TcpOptions, signal: AbortSignal): Promise<Line> {
  const { host, port, framing } = options
  signal.throwIfAborted()
  const socket = options.tls
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connectPlain({ host, port })
  await happening(socket, signal, (done) =>
    socket.once(options.tls ? 'secureConnect' : 'connect', done),
  )
  socket.setNoDelay(true).setKeepAlive(true, 30_000)
  let broken = false
  let unread = Buffer.alloc(0)
  let hear: (said: string) => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    const { messages, rest } = unframed(Buffer.concat([unread, chunk]), framing)
    unread = Buffer.from(rest)
    for (const message of messages) hear(message.toString('utf8').trim())
    // Nobody answers so much.
    if (unread.length > 65_536) socket.destroy()
  })
  for (const end of ['error', 'end', 'close']) socket.on(end, () => (broken = true))
  return {
    isBroken: () => broken,
    async tell(message, stop) {
      let said: string | null = null
      await happening(socket, stop, (done) => {
        if (options.answers === 'none') socket.write(message, () => done())
        else {
          hear = (text) => {
            said = text
            done()
          }
          socket.write(message)
        }
      })
      hear = () => undefined
      return said
    },
    close: () => void socket.destroy(),
  }
}

/** Until it is done, or the connection breaks first, or there is no more time. */
function happening(
  socket: Socket,
  signal: AbortSignal,
  begin: (done: () => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      tidy()
      socket.destroy()
      reject(error instanceof Error ? error : new Error('the connection was closed'))
    }
    const onClose = () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
    const onAbort = () => fail(signal.reason)
    const tidy = () => {
      socket.off('error', fail).off('close', onClose).off('end', onClose)
      signal.removeEventListener('abort', onAbort)
    }
    if (signal.aborted) {
      fail(signal.reason)
      return
    }
    socket.on('error', fail).on('close', onClose).on('end', onClose)
    signal.addEventListener('abort', onAbort, { once: true })
    begin(() => {
      tidy()
      resolve()
    })
  })
}
