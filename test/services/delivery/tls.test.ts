import { once } from 'node:events'
import { createServer } from 'node:https'
import { createServer as createTlsServer } from 'node:tls'
import { expect, test } from 'vitest'
import type { Carrier } from '../../../services/delivery/delivery.ts'
import { createHttpCarrier } from '../../../services/delivery/http.ts'
import { createTcpCarrier } from '../../../services/delivery/tcp.ts'
import { portOf } from '../../vendors/http-answer.ts'
import { selfSigned } from '../../vendors/self-signed.ts'

const parcel = { key: 'k', name: 'n', contentType: 'text/plain', headers: {}, subject: '' }

function send(carrier: Carrier) {
  return carrier.send({ ...parcel, body: Buffer.from('rows') }, AbortSignal.timeout(20_000))
}

test('a server that nobody vouches for is told nothing over HTTPS', async () => {
  let requests = 0
  const server = createServer(selfSigned, (_request, response) => {
    requests++
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://localhost:${portOf(server)}/`
  expect(await send(createHttpCarrier({ url, headers: {} }))).toEqual({
    ...{ kind: 'failed', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryAfterMs: null },
  })
  expect(requests).toBe(0)
  server.close()
})

test('nor over a bare connection with TLS', async () => {
  let bytes = 0
  const server = createTlsServer(selfSigned, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const where = { host: 'localhost', port: portOf(server), tls: true }
  const carrier = createTcpCarrier({ ...where, framing: 'line', answers: 'none' })
  expect(await send(carrier)).toEqual({
    ...{ kind: 'failed', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryAfterMs: null },
  })
  expect(bytes).toBe(0)
  server.close()
})
