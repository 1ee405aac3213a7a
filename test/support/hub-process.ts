import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { packageRoot } from '../../services/runtime/package-root.ts'
import { until } from './until.ts'

/** A process of the hub as its users start it: the built command, with settings in its environment. */
export interface HubProcess {
  readonly name: string
  readonly url: string
  /** SIGKILL for it, or for a process that it has started; answers what was killed. */
  kill(whom: 'itself' | 'its child'): Promise<string>
  /** SIGSTOP: it keeps its connections and does nothing, until SIGCONT. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Starts it again where it was. */
  restart(): Promise<void>
  /** It has ended, and nobody here has ended it. */
  hasFallen(): boolean
  /** How it is, with the last lines that it and its children have logged. */
  report(): string
  stop(): Promise<void>
}

const startMsMax = 120_000
const stopMsMax = 60_000
const saidMax = 4_000

export async function startHubProcess(
  roles: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<HubProcess> {
  const name = roles.join() || 'hub'
  const port = settings['LEDGERLINE_PORT'] ?? String(await freePort())
  const env = {
    PATH: process.env['PATH'] ?? '',
    LEDGERLINE_LOG_LEVEL: 'warn',
    LEDGERLINE_PORT: port,
    ...settings,
  }
  const isEngine = roles.includes('engine')
  const healthUrl = isEngine
    ? `http://127.0.0.1:${settings['LEDGERLINE_ENGINE_PORT'] ?? ''}/ping`
    : `http://127.0.0.1:${port}/healthz`
  let said = ''
  let isEnding = false
  let child = launch()
  // A test that is broken off leaves no hub behind.
  process.on('exit', () => child.kill('SIGKILL'))

  function launch(): ChildProcess {
    const command = join(packageRoot, 'dist/services/cli/ledgerline.js')
    const launched = spawn(process.execPath, [command, 'start', ...roles], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    isEnding = false
    launched.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-saidMax)
    })
    return launched
  }

  function isRunning(): boolean {
    return child.exitCode === null && child.signalCode === null
  }

  function report(): string {
    const end = isRunning() ? 'runs' : `ended (${child.signalCode ?? child.exitCode ?? ''})`
    return `${name} ${end}; its last words:\n${said}`
  }

  function untilUp(): Promise<void> {
    const isUp = async () => {
      if (!isRunning()) throw new Error(`${name} ended at its start: ${report()}`)
      const answer = await fetch(healthUrl).catch(() => null)
      return answer?.ok === true
    }
    return until(`${name} answers`, isUp, { seen: report, forMs: startMsMax })
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!isRunning()) return
    isEnding = true
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  await untilUp()
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    async kill(whom) {
      const [grandchild] = whom === 'its child' ? childrenOf(child.pid ?? 0) : []
      if (grandchild !== undefined) {
        process.kill(grandchild, 'SIGKILL')
        return `a child of ${name}`
      }
      await end('SIGKILL')
      return name
    },
    signal: (signal) => void child.kill(signal),
    async restart() {
      if (isRunning()) return
      child = launch()
      await untilUp()
    },
    hasFallen: () => !isRunning() && !isEnding,
    report,
    async stop() {
      const late = AbortSignal.timeout(stopMsMax)
      late.onabort = () => void child.kill('SIGKILL')
      child.kill('SIGCONT')
      await end('SIGTERM')
      late.onabort = null
      if (late.aborted) throw new Error(`it was asked to stop and did not: ${report()}`)
    },
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
