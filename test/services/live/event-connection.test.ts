import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openEventConnection } from '../../../services/live/event-connection.ts'
import { createStreamMessage } from '../../../services/live/stream-message.ts'

test('events go out as they are, until the connection ends', async () => {
  const server = createServer((_request, response) => {
    const connection = openEventConnection(response)
    connection.write(createStreamMessage('changes', '7', ['{"agents":', '["Zoë"]}']))
    connection.beat()
    connection.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    const [head = '', ...body] = (await text(socket)).split('\r\n\r\n')
    expect(head.toLowerCase().split('\r\n')).toEqual(expect.arrayContaining(['connection: close']))
    expect(head.toLowerCase()).not.toMatch(/transfer-encoding|content-length/)
    expect(body).toEqual([
      'retry: 2000\n\nevent: changes\nid: 7\ndata: {"agents":["Zoë"]}\n\n: still here\n\n',
    ])
  } finally {
    server.close()
  }
})
