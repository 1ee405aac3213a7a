import { request } from 'node:http'
import type { TestEngine } from './engine.ts'
import { writerName } from '../../services/warehouse/embedded.ts'

export interface Asked {
  readonly sql?: string
  readonly method?: string
  readonly path?: string
  readonly url?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface Answered {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly bytes: Buffer
  readonly text: string
}

/** One request to the engine's HTTP face, with nothing added and nothing taken away. */
export function ask(engine: Pick<TestEngine, 'url'>, asked: Asked): Promise<Answered> {
  const { hostname, port } = new URL(engine.url)
  const path = `${asked.path ?? '/'}?${new URLSearchParams(asked.url).toString()}`
  const to = { hostname, port, path, method: asked.method ?? 'POST', headers: asked.headers }
  return new Promise((resolve, reject) => {
    const sent = request(to, (got) => {
      const pieces: Buffer[] = []
      got.on('data', (piece: Buffer) => pieces.push(piece))
      got.on('error', reject)
      got.on('end', () => {
        const bytes = Buffer.concat(pieces)
        const headers = Object.entries(got.headers).map(
          ([name, value]) => [name, String(value)] as const,
        )
        const status = got.statusCode ?? 0
        resolve({ status, headers: new Map(headers), bytes, text: bytes.toString('utf8') })
      })
    })
    sent.on('error', reject)
    sent.end(asked.body ?? asked.sql)
  })
}

/** The hub's credentials, as a client sends them. */
export function asWriter(engine: TestEngine): Record<string, string> {
  return { 'X-ClickHouse-User': writerName, 'X-ClickHouse-Key': engine.secret }
}
