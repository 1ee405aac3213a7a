import { resolve } from 'node:path'
import { systemClock, type Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { startEngine, type EngineProcess, type EngineProcessOptions } from './engine-process.ts'
import { openServerWarehouse } from './server.ts'
import type { Warehouse } from './warehouse.ts'

export interface EmbeddedWarehouseOptions {
  /** Holds everything; belongs to one engine at a time. */
  readonly folder: string
  readonly database: string
  /** What the hub proves itself to the engine with. */
  readonly secret: string
  readonly logger: Logger
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string
  /** Left out, any that is free; it stays the same when the engine is started anew. */
  readonly port?: number
  /** Without it whoever reads needs none, and must be on this machine. */
  readonly readerPassword?: string | undefined
  readonly memoryBytesMax?: number
  readonly clock?: Clock
}

export interface EmbeddedWarehouse {
  readonly warehouse: Warehouse
  /** Where other clients find it. */
  readonly url: string
  /** How often the engine has died and been started again. */
  restarts(): number
  /** The process that runs now, if one does. */
  pid(): number | undefined
  /** The engine writes out what it has, then ends. */
  close(): Promise<void>
}

export const writerName = 'ledgerline'

const firstDelayMs = 100
const delayMsMax = 5_000
/** An engine that lived as long as this died of something new. */
const soundMs = 10_000

/**
 * The engine as a child of this process, and a warehouse that speaks to it. When it dies it is started again, on the same
 * folder and port, slower each time; what was acknowledged is there then, and requests in between are tried again by the
 * warehouse.
 */
export async function openEmbeddedWarehouse(
  options: EmbeddedWarehouseOptions,
): Promise<EmbeddedWarehouse> {
  const { logger, secret, database, clock = systemClock } = options
  const settings: Omit<EngineProcessOptions, 'port'> = {
    folder: resolve(options.folder),
    host: options.host ?? '127.0.0.1',
    secret,
    writerName,
    readerPassword: options.readerPassword,
    memoryBytesMax: options.memoryBytesMax,
    logger,
  }
  const closing = new AbortController()
  const isClosing = () => closing.signal.aborted
  let restarts = 0
  let engine: EngineProcess | null = await startFirst(
    { ...settings, port: options.port ?? 0 },
    clock,
  )
  const { port } = engine

  async function watch(first: EngineProcess): Promise<void> {
    let delayMs = firstDelayMs
    for (let current: EngineProcess | null = first; current !== null;) {
      const startedAt = clock.now()
      const end = await current.ended
      engine = null
      if (isClosing()) return
      logger.error({ ...end, restarts }, 'engine died and is started again')
      if (clock.now() - startedAt > soundMs) delayMs = firstDelayMs
      await clock.sleep(delayMs, closing.signal)
      delayMs = Math.min(delayMs * 2, delayMsMax)
      current = engine = await startAgain()
    }
  }

  /** Tries until it starts; null when it is no longer wanted. */
  async function startAgain(): Promise<EngineProcess | null> {
    while (!isClosing()) {
      try {
        const next = await startEngine({ ...settings, port })
        restarts++
        if (!isClosing()) return next
        await next.stop()
      } catch (cause) {
        logger.error({ cause }, 'engine does not start and is tried again')
        await clock.sleep(delayMsMax, closing.signal)
      }
    }
    return null
  }

  const watching = watch(engine)
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  const url = `http://${host}:${port}`
  const warehouse = openServerWarehouse({
    url: `http://${reachable(host)}:${port}`,
    database,
    username: writerName,
    password: secret,
    clock,
    logger,
  })
  return {
    warehouse,
    url,
    restarts: () => restarts,
    pid: () => engine?.pid,
    async close() {
      closing.abort()
      await warehouse.close()
      await engine?.stop()
      await watching
    },
  }
}

/** An engine that was closed a moment ago, or whose hub was killed, may still be letting go of the folder. */
async function startFirst(options: EngineProcessOptions, clock: Clock): Promise<EngineProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startEngine(options)
    } catch (error) {
      if (attempt === 5) throw error
      await clock.sleep(500 * attempt)
    }
  }
}

/** An engine that listens everywhere is spoken to here. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
}
