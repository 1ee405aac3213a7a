/** Many may be inside at once; or one, alone. */
export interface Gate {
  /** Waits while the gate is closed. */
  readonly pass: <T>(work: () => Promise<T>) => Promise<T>
  /** Waits until nobody is inside, and keeps everybody out meanwhile. */
  readonly closed: <T>(work: () => Promise<T>) => Promise<T>
}

export function createGate(): Gate {
  const inside = new Set<Promise<unknown>>()
  let barrier: Promise<unknown> = Promise.resolve()
  return {
    async pass(work) {
      for (let seen; seen !== barrier;) {
        seen = barrier
        await seen
      }
      const passing = work()
      inside.add(passing)
      try {
        return await passing
      } finally {
        inside.delete(passing)
      }
    },
    async closed(work) {
      const before = barrier
      let open: () => void = () => undefined
      barrier = new Promise<void>((resolve) => {
        open = resolve
      })
      try {
        await before
        await Promise.allSettled(inside)
        return await work()
      } finally {
        open()
      }
    },
  }
}
