import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../runtime/logger.ts'
import { defaultReaderLimits, type ReaderLimits } from './dress.ts'
import { createExecutor } from './executor.ts'
import { createHttpFace } from './http-face.ts'
import { openSessions } from './sessions.ts'
import { configureGrants } from './grants.ts'
import { createSpool } from './spool.ts'

export interface EngineOptions {
  /** Belongs to one engine at a time. */
  readonly folder: string
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly writerName: string
  readonly writerSecret: string
  readonly readerPassword?: string | undefined
  readonly readerLimits?: ReaderLimits
  /** What the engine as a whole may hold in memory. */
  readonly memoryBytesMax: number
  readonly logger: Logger
}

export interface Engine {
  readonly port: number
  close(): Promise<void>
}

/**
 * The ClickHouse engine on a folder, behind ClickHouse's HTTP interface. It is a process of its own: the engine is not to
 * be had twice in one, a fault in it must not take the hub along, and a kill of either leaves the other whole.
 */
export async function runEngine(options: EngineOptions): Promise<Engine> {
  const { folder, writerName, writerSecret, readerPassword, logger } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sessions = openSessions(join(folder, 'clickhouse'), [
    ...configureGrants(join(folder, 'config')),
    `--max_server_memory_usage=${options.memoryBytesMax}`,
  ])
  const executor = createExecutor({
    sessions,
    spool: createSpool(join(folder, 'spool')),
    waitingMax: 1_000,
    logger,
  })
  const server = createHttpFace({
    executor,
    users: { writerName, writerSecret, readerPassword },
    limits: options.readerLimits ?? defaultReaderLimits,
    logger,
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the engine has no port')
  return {
    port: address.port,
    async close() {
      server.close()
      server.closeIdleConnections()
      executor.stopReading()
      await sessions.close()
      server.closeAllConnections()
    },
  }
}
