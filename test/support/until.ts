import { setTimeout as sleep } from 'node:timers/promises'

export interface Patience {
  /** What is told when it does not come about: how things stand then. */
  readonly seen: () => string | Promise<string>
  readonly forMs: number
}

/** Looks again and again whether it is so. What does not come about fails with what was seen: nothing hangs in silence. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { seen, forMs }: Patience,
): Promise<void> {
  const began = performance.now()
  while (!(await isSo())) {
    if (performance.now() - began > forMs) {
      throw new Error(`in ${forMs / 1000} s it did not come about: ${what}\n${await seen()}`)
    }
    await sleep(50)
  }
}
