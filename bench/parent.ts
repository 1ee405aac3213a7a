import { once } from 'node:events'
import type { z } from 'zod'

// The other side of own-process.ts: what a process of the bench has to do with the one that started it.

export function inputOf<T extends z.ZodType>(schema: T): z.infer<T> {
  return schema.parse(JSON.parse(process.argv[2] ?? ''))
}

/** To nobody, when the parent has gone away. */
export function answer(message: object): void {
  if (process.connected) process.send?.(message)
}

/** Resolves at the next message, or when the parent has gone away. */
export function untilTold(): Promise<void> {
  const waiting = new AbortController()
  const options = { signal: waiting.signal }
  const told = Promise.race([
    once(process, 'message', options),
    once(process, 'disconnect', options),
  ])
  return told.then(() => waiting.abort())
}

/** Lets this process end: an open channel would keep it. */
export function leave(): void {
  if (process.connected) process.disconnect()
}
