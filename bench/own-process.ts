import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { z } from 'zod'
import { packageRoot } from '../services/runtime/package-root.ts'

/** A file of the bench in a process of its own: what is measured shares neither heap nor event loop with who measures. */
export interface OwnProcess {
  /** What it says next; rejects when it ends instead. */
  hear<T extends z.ZodType>(schema: T): Promise<z.infer<T>>
  say(message: string): void
  /** Lets it end; rejects when it ends badly. */
  close(): Promise<void>
}

export function startProcess(
  file: string,
  input: object,
  nodeOptions: readonly string[] = [],
): OwnProcess {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(input)], {
    cwd: packageRoot,
    execArgv: ['--import', 'tsx', ...nodeOptions],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const inbox = createInbox(child, file)
  return {
    hear: async (schema) => schema.parse(await inbox.next()),
    say: (message) => void child.send(message),
    async close() {
      if (child.connected) child.disconnect()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      if (child.exitCode !== 0) throw new Error(`${file} ended with ${endOf(child)}`)
    },
  }
}

/** What was said, in order, until it is asked for. */
function createInbox(child: ChildProcess, file: string): { next(): Promise<unknown> } {
  const messages: unknown[] = []
  let tell: () => void = () => undefined
  child.on('message', (message) => {
    messages.push(message)
    tell()
  })
  child.once('exit', () => tell())

  async function next(): Promise<unknown> {
    while (messages.length === 0) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`${file} ended with ${endOf(child)} before it had answered`)
      }
      await new Promise<void>((resolve) => (tell = resolve))
    }
    return messages.shift()
  }

  return { next }
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return signalCode ?? `code ${exitCode ?? 'unknown'}`
}
