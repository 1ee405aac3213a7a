import type { Instant } from '../../schemas/events/instant.ts'

/** What takes long to ask for: it is asked for beside everything else, and what was answered last is known for a while. */
export interface Sampled<T> {
  /** The last answer, or null if there is none that is young enough. Asks again if it is time to. */
  latest(now: Instant): T | null
  /** Resolves when nobody is being asked. */
  settled(): Promise<void>
}

export interface SampledOptions<T> {
  readonly ask: (now: Instant) => Promise<T>
  readonly onFailure: (error: unknown) => void
}

const everyMs = 15_000
const knownForMs = 60_000

export function createSampled<T>({ ask, onFailure }: SampledOptions<T>): Sampled<T> {
  let known: { readonly at: Instant; readonly value: T } | null = null
  let askedAt: Instant = -Infinity
  let asking: Promise<void> | null = null

  async function askOnce(now: Instant): Promise<void> {
    try {
      known = { at: now, value: await ask(now) }
    } catch (error) {
      onFailure(error)
    } finally {
      asking = null
    }
  }

  return {
    latest(now) {
      if (asking === null && now - askedAt >= everyMs) {
        askedAt = now
        asking = askOnce(now)
      }
      return known !== null && now - known.at <= knownForMs ? known.value : null
    },
    settled: async () => {
      await asking
    },
  }
}
