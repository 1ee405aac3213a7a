import { encodeEvent } from '../../schemas/avro/codec.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog } from '../log/log.ts'
import { tickedTopics } from '../log/topics.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'

/** Time passes in the ledger by a record in every partition. Twice the same minute is once: its id is the minute. */
export async function appendTick(log: EventLog, at: Instant): Promise<void> {
  const value = encodeEvent(tickOf(at))
  for (const topic of tickedTopics) {
    const partitions = Array.from({ length: log.partitions(topic) }, (_, partition) => partition)
    await log.append(
      topic,
      partitions.map((partition) => ({ key: '', value, partition })),
    )
  }
}

export function tickOf(at: Instant): LedgerEvent {
  return hubEvent({ type: 'clock.ticked', id: `tick:${new Date(at).toISOString()}`, at })
}

export const tickMs = 60_000

/** Appends a tick at once and then at each full minute of the clock. A tick that fails is followed by the next. */
export function startTicker(
  log: EventLog,
  clock: Clock,
  logger: Logger,
): { close(): Promise<void> } {
  const stopping = new AbortController()
  const running = run()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const now = clock.now()
      const tick = now - (now % tickMs)
      try {
        await appendTick(log, tick)
      } catch (error) {
        logger.warn({ err: error }, 'tick not appended')
      }
      await clock.sleep(Math.max(0, tick + tickMs - clock.now()), stopping.signal)
    }
  }

  return {
    close: () => {
      stopping.abort()
      return running
    },
  }
}
