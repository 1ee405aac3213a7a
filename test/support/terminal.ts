import { PassThrough, Readable } from 'node:stream'
import { runCommand } from '../../services/cli/program.ts'
import type { Terminal } from '../../services/cli/terminal.ts'

export interface CommandRun {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Who is told each thing as it is said, for what has to wait for it. */
export interface Hearer {
  readonly heard?: (text: string) => void
}

/** Nothing is typed, and what is written as it is goes nowhere. */
export const noStreams: Pick<Terminal, 'input' | 'output'> = {
  input: { stream: Readable.from([]), isTerminal: false },
  output: { stream: new PassThrough().resume(), isTerminal: false },
}

/** Runs a command in this process with an environment of its own, and keeps what it has said. */
export async function runCli(
  argv: readonly string[],
  env: Terminal['env'] = {},
  stopping: AbortSignal = new AbortController().signal,
  around: Partial<Pick<Terminal, 'input' | 'output'>> & Hearer = {},
): Promise<CommandRun> {
  const { heard = () => undefined, ...streams } = around
  const out: string[] = []
  const err: string[] = []
  const stream = new PassThrough()
  stream.on('data', (bytes: Buffer) => void out.push(bytes.toString()))
  const exitCode = await runCommand(argv, {
    env,
    stopping,
    out: (line) => {
      out.push(`${line}\n`)
      heard(`${line}\n`)
    },
    err: (text) => {
      err.push(text)
      heard(text)
    },
    isInteractive: false,
    ...noStreams,
    output: { stream, isTerminal: false },
    ...streams,
  })
  return { exitCode, out: out.join(''), err: err.join('') }
}
