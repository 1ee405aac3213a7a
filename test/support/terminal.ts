import { runCommand } from '../../services/cli/program.ts'
import type { Terminal } from '../../services/cli/terminal.ts'

export interface CommandRun {
  readonly exitCode: number
  readonly out: string
  readonly err: string
}

/** Runs a command in this process with an environment of its own, and keeps what it has said. */
export async function runCli(
  argv: readonly string[],
  env: Terminal['env'] = {},
  stopping: AbortSignal = new AbortController().signal,
): Promise<CommandRun> {
  const out: string[] = []
  const err: string[] = []
  const exitCode = await runCommand(argv, {
    env,
    stopping,
    out: (line) => void out.push(`${line}\n`),
    err: (text) => void err.push(text),
    isInteractive: false,
  })
  return { exitCode, out: out.join(''), err: err.join('') }
}
