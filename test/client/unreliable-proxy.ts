import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface UnreliableProxy {
  readonly url: string
  /** Of so many answers from now on, lets none through: the connection ends where the first byte would come. */
  loseAnswers(count: number): void
  readonly lostCount: number
  close(): Promise<void>
}

/** Stands between a client and a server, and drops connections after the server has worked and before it is heard. */
export async function openUnreliableProxy(target: URL): Promise<UnreliableProxy> {
  const sockets = new Set<Socket>()
  let toLose = 0
  let lostCount = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      // A dropped connection is what this is about.
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream)
    upstream.on('data', (bytes) => {
      if (toLose === 0) return client.write(bytes)
      toLose -= 1
      lostCount += 1
      client.destroy()
      return upstream.destroy()
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    loseAnswers: (count) => void (toLose = count),
    get lostCount() {
      return lostCount
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
