import type { WebSocket } from '@fastify/websocket'
import type { StreamConnection } from './stream-connection.ts'

/** What waits to be sent beyond this makes a connection full, as it does one of server-sent events. */
const bufferedBytesMax = 64 * 1024

/** Who has not answered so many pings is gone, though nobody has said so. */
const unansweredMax = 2

const goingAway = 1001

/** How long a reader may take to say that he, too, has ended. */
const closingMsMax = 1_000

type Socket = Pick<
  WebSocket,
  'on' | 'once' | 'send' | 'ping' | 'close' | 'terminate' | 'bufferedAmount'
>

/** Messages over a WebSocket, each a JSON object. */
export function openSocketConnection(socket: Socket): StreamConnection {
  let isFull = false
  let unanswered = 0
  let tellDrained: () => void = () => undefined
  socket.on('pong', () => (unanswered = 0))

  function isTaking(): boolean {
    isFull ||= socket.bufferedAmount > bufferedBytesMax
    return !isFull
  }

  /** After each message that has left. One that could not leave is followed by the end of the connection. */
  function sent(error?: Error | null): void {
    if (error != null || !isFull || socket.bufferedAmount > bufferedBytesMax) return
    isFull = false
    tellDrained()
  }

  return {
    write(message) {
      socket.send(message.object(), { binary: false }, sent)
      return isTaking()
    },
    beat() {
      if (unanswered >= unansweredMax) socket.terminate()
      else {
        unanswered++
        socket.ping(undefined, undefined, sent)
      }
      return isTaking()
    },
    end() {
      socket.close(goingAway)
      setTimeout(() => socket.terminate(), closingMsMax).unref()
    },
    onDrain: (listener) => (tellDrained = listener),
    onEnd: (listener) => socket.once('close', listener),
  }
}
