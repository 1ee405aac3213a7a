import type { ServerResponse } from 'node:http'
import type { StreamConnection } from './stream-connection.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  // It goes on until the connection ends (RFC 9112, 6.3): chunks would be three more pieces with each write, to a thousand readers.
  connection: 'close',
  'x-content-type-options': 'nosniff',
}

/** Proxies take a comment as a sign of life. */
const comment = Buffer.from(': still here\n\n')

/** Server-sent events, as the answer to a call. */
export function openEventConnection(response: ServerResponse): StreamConnection {
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
