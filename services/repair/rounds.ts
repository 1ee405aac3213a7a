import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'

export interface RoundsOptions {
  readonly name: string
  readonly everyMs: number
  /** So many times as long as a round takes nothing is done after it, also where the clock runs fast. */
  readonly restFactor: number
  readonly round: () => Promise<void>
  /** Asked before each round. */
  readonly mayBegin: () => Promise<boolean>
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

const askAgainMs = 5_000

/** Does something again and again. A round that fails is followed by the next. Resolves when the signal has ended it. */
export async function startRounds(options: RoundsOptions): Promise<void> {
  const { name, everyMs, restFactor, round, mayBegin, clock, logger, signal } = options
  const isOver = () => signal.aborted
  while (!isOver()) {
    const beganAt = clock.now()
    let restMs = everyMs
    try {
      if (await mayBegin()) await round()
      else restMs = Math.min(askAgainMs, everyMs)
    } catch (error) {
      if (!isOver()) logger.warn({ err: error, round: name }, 'round has failed')
    }
    const tookMs = clock.now() - beganAt
    await clock.sleep(Math.max(restMs - tookMs, restFactor * tookMs), signal)
  }
}
