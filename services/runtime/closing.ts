/** What has been opened and is to be closed again, the last first. */
export interface Closing {
  add(close: () => Promise<unknown>): void
  /** Closes all, once; one that fails does not keep the others open, and the first failure is thrown at the end. */
  close(): Promise<void>
  /** Resolves when all is closed. */
  readonly closed: Promise<void>
}

export function createClosing(): Closing {
  const opened: (() => Promise<unknown>)[] = []
  let closing: Promise<void> | undefined
  let tell: () => void = () => undefined
  const closed = new Promise<void>((resolve) => {
    tell = resolve
  })

  async function closeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const close of opened.toReversed()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    tell()
    if (failures.length > 0) throw failures[0]
  }

  return {
    add: (close) => void opened.push(close),
    close: () => (closing ??= closeAll()),
    closed,
  }
}
