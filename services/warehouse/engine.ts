import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createLogger } from '../runtime/logger.ts'
import { runEngine } from './engine/run-engine.ts'

export { runEngine, type Engine, type EngineOptions } from './engine/run-engine.ts'

/** What the engine's process says to the one that started it, once it listens. */
export interface EngineReady {
  readonly port: number
}

/** The secret of the writer: never an argument, because every user of a machine sees those. */
export const secretVariable = 'LEDGERLINE_ENGINE_SECRET'
export const secretFileVariable = 'LEDGERLINE_ENGINE_SECRET_FILE'
export const readerPasswordVariable = 'LEDGERLINE_ENGINE_READER_PASSWORD'

const closeMsMax = 20_000
/** Each query that runs holds a thread of libuv's pool, and files and gzip need some too. */
const threadsWanted = 16

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8123' },
      'memory-bytes': { type: 'string', default: String(4 * 2 ** 30) },
      'writer-name': { type: 'string', default: 'ledgerline' },
      'log-level': { type: 'string', default: 'info' },
    },
  })
  if (values.folder === undefined) throw new Error('--folder is missing')
  const logger = createLogger(values['log-level'])
  const engine = await runEngine({
    folder: values.folder,
    host: values.host,
    port: Number(values.port),
    memoryBytesMax: Number(values['memory-bytes']),
    writerName: values['writer-name'],
    writerSecret: readSecret(),
    readerPassword: readOnce(readerPasswordVariable),
    logger,
  }).catch((error: unknown) => {
    logger.fatal({ error: String(error) }, 'engine cannot start')
    process.exit(1)
  })
  logger.info({ port: engine.port }, 'engine listens')
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  if (threads < threadsWanted) {
    logger.warn(
      { threads, threadsWanted },
      'UV_THREADPOOL_SIZE is low: slow queries can hold up inserts',
    )
  }
  let isLeaving = false
  const leave = () => {
    if (isLeaving) return
    isLeaving = true
    // A fault at the end of the process is what an open engine dies of; what is acknowledged is on the disk either way.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), closeMsMax).unref()
    void engine.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', leave)
  // Ctrl-C reaches the whole group: the hub then still writes here, and ends this process when it is done.
  process.on('SIGINT', () => {
    if (process.send === undefined) leave()
  })
  // The channel closes also when the parent is killed: nobody then has a use for this process, and the folder is freed.
  process.on('disconnect', leave)
  process.send?.({ port: engine.port } satisfies EngineReady)
}

function readSecret(): string {
  const file = process.env[secretFileVariable]
  const secret = file === undefined ? readOnce(secretVariable) : readFileSync(file, 'utf8').trim()
  if (secret === undefined || secret === '') throw new Error(`${secretVariable} is not set`)
  return secret
}

/** What has been read is no longer there for anything else to read. */
function readOnce(variable: string): string | undefined {
  const value = process.env[variable]
  Reflect.deleteProperty(process.env, variable)
  return value
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main()
}
