import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { packageRoot } from '../runtime/package-root.ts'

export interface EngineProcessOptions {
  readonly folder: string
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly secret: string
  readonly writerName: string
  readonly readerPassword?: string | undefined
  readonly memoryBytesMax?: number | undefined
  readonly logger: Logger
}

export interface EngineEnd {
  readonly exitCode: number | null
  readonly signal: string | null
}

export interface EngineProcess {
  readonly port: number
  readonly pid: number | undefined
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<EngineEnd>
  /** Lets it end in order, and kills it if it does not. */
  stop(): Promise<void>
}

const startMsMax = 60_000
const stopMsMax = 30_000
/** The engine's queries, files and gzip each hold a thread of libuv's pool; its usual four would let slow queries block inserts. */
const threadPoolSize = 24

/** Starts the engine in a process of its own and resolves when it answers. It ends when this process does, even by a kill. */
export function startEngine(options: EngineProcessOptions): Promise<EngineProcess> {
  const child = fork(entry, argumentsOf(options), {
    cwd: packageRoot,
    execArgv: entry.endsWith('.ts') ? ['--import', 'tsx'] : [],
    // No standard input; lines of the log go where ours go; the channel is also how it notices that we are gone.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: environmentOf(options),
  })
  const ended = new Promise<EngineEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  async function stop(): Promise<void> {
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
    child.kill('SIGTERM')
    await ended
    clearTimeout(kill)
  }
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new LedgerlineError('WAREHOUSE_UNAVAILABLE', what, { retryable: true, cause }))
    }
    const timer = setTimeout(() => fail('the engine does not start in time'), startMsMax)
    child.once('error', (cause) => fail('the engine cannot be started', cause))
    void ended.then(({ exitCode, signal }) =>
      fail(`the engine ended at its start (${signal ?? exitCode ?? 'unknown'})`),
    )
    child.once('message', (message) => {
      clearTimeout(timer)
      const port = portOf(message)
      if (port === null) fail('the engine says something else than its port')
      else resolve({ port, pid: child.pid, ended, stop })
    })
  })
}

/** The same file as it is run from here: built, or as it was written. */
const entry = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './engine.ts' : './engine.js', import.meta.url),
)

function argumentsOf(options: EngineProcessOptions): string[] {
  const { folder, host, port, writerName, memoryBytesMax, logger } = options
  return [
    ...['--folder', folder],
    ...['--host', host],
    ...['--port', String(port)],
    ...['--writer-name', writerName],
    ...['--log-level', logger.level],
    ...(memoryBytesMax === undefined ? [] : ['--memory-bytes', String(memoryBytesMax)]),
  ]
}

/** The hub's own secrets are none of the engine's business. */
const handedOn =
  /^(?:PATH|HOME|TMPDIR|LANG|LC_\w+|LD_LIBRARY_PATH|NODE_OPTIONS|CHDB_LIBCHDB_(?:PATH|DIR))$/

function environmentOf({ secret, readerPassword }: EngineProcessOptions): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => handedOn.test(name))),
    LEDGERLINE_ENGINE_SECRET: secret,
    ...(readerPassword === undefined ? {} : { LEDGERLINE_ENGINE_READER_PASSWORD: readerPassword }),
    UV_THREADPOOL_SIZE: String(threadPoolSize),
    // Everything within is UTC, also what a query without a zone means.
    TZ: 'UTC',
  }
}

function portOf(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('port' in message)) return null
  return typeof message.port === 'number' ? message.port : null
}
