/** What a command sees of the world around it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** A line of the result, on standard output. */
  readonly out: (line: string) => void
  /** Text for the person who waits, on standard error, as it is. */
  readonly err: (text: string) => void
  /** A person looks at standard error, so a line may be written over. */
  readonly isInteractive: boolean
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
