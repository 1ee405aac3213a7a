import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { packageRoot } from '../../services/runtime/package-root.ts'

/** A process of the hub as its users start it: the built command, with settings in its environment. */
export interface HubProcess {
  readonly url: string
  /** SIGKILL for it, or for a process that it has started; answers what was killed. */
  kill(whom: 'itself' | 'its child'): Promise<string>
  /** Starts it again where it was. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function startHubProcess(
  roles: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<HubProcess> {
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
  let child = launch()

  function launch(): ChildProcess {
    const command = join(packageRoot, 'dist/services/cli/ledgerline.js')
    return spawn(process.execPath, [command, 'start', ...roles], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  }

  /** The address answers, or the process has ended, which it then says why. */
  async function untilUp(): Promise<void> {
    let said = ''
    child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-2_000)))
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${roles.join()} ended at its start: ${said}`)
      const answer = await fetch(healthUrl).catch(() => null)
      if (answer?.ok === true) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  await untilUp()
  return {
    url: `http://127.0.0.1:${port}`,
    async kill(whom) {
      const [grandchild] = whom === 'its child' ? childrenOf(child.pid ?? 0) : []
      if (grandchild !== undefined) {
        process.kill(grandchild, 'SIGKILL')
        return `a child of ${roles.join()}`
      }
      await end('SIGKILL')
      return roles.join()
    },
    async restart() {
      if (child.exitCode === null && child.signalCode === null) return
      child = launch()
      await untilUp()
    },
    stop: () => end('SIGTERM'),
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
