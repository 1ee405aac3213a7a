#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { runCommand } from './program.ts'

// Each shard and each request under way waits for the same end; many of them are no leak.
setMaxListeners(10_000)

const stopping = new AbortController()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second time means: now.
    if (stopping.signal.aborted) process.exit(130)
    stopping.abort()
  })
}

const exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY,
  input: { stream: process.stdin, isTerminal: process.stdin.isTTY },
  output: { stream: process.stdout, isTerminal: process.stdout.isTTY },
  stopping: stopping.signal,
})
process.exit(exitCode)
