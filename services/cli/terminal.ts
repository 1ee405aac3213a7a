import type { Readable, Writable } from 'node:stream'

/** What a command sees of the world around it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** A line of the result, on standard output. */
  readonly out: (line: string) => void
  /** Text for the person who waits, on standard error, as it is. */
  readonly err: (text: string) => void
  /** A person looks at standard error, so a line may be written over. */
  readonly isInteractive: boolean
  /** Standard input: a person who types, or a file or a pipe. */
  readonly input: { readonly stream: Readable; readonly isTerminal: boolean }
  /** Standard output for what is no line, such as a file of Parquet. */
  readonly output: { readonly stream: Writable; readonly isTerminal: boolean }
  /** Somebody has asked for the end, by Ctrl-C or SIGTERM. */
  readonly stopping: AbortSignal
}

/** Resolves when somebody asks for the end. */
export function untilStopped({ stopping }: Terminal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve()
    else stopping.addEventListener('abort', () => resolve(), { once: true })
  })
}
