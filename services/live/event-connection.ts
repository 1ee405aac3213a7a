import type { ServerResponse } from 'node:http'
import type { StreamConnection } from './stream-connection.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

/** Proxies take a comment as a sign of life. */
const comment = Buffer.from(': still here\n\n')

/** Server-sent events, as the answer to a call. */
export function openEventConnection(response: ServerResponse): StreamConnection {
  // What goes on until one side ends needs no chunks (RFC 9112, 6.3), and three more pieces to each of a thousand readers cost much.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, headers)
  response.write('retry: 2000\n\n')
  return {
    write: (message) => response.write(message.event()),
    beat: () => response.write(comment),
    end: () => response.end(),
    onDrain: (listener) => response.on('drain', listener),
    onEnd: (listener) => response.once('close', listener),
  }
}
