import { hubEvent } from '../../schemas/events/hub-event.ts'
import { addEvent, appendAll, type RecordsByTopic } from '../ingest/records.ts'
import type { Appender } from '../log/appender.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Untold } from './outbox/documents.ts'
import type { Outbox } from './outbox/outbox.ts'

export interface LedgerTold {
  /** Something has left. */
  wake(): void
  close(): Promise<void>
}

/**
 * Says in the ledger what has left, so that whoever reads it knows which numbers are out: at least once each, under an id
 * that is made of target and key, so that twice is once. While the ledger takes nothing it waits, also over a restart.
 */
export function startLedgerTold(
  outbox: Outbox,
  appender: Appender,
  clock: Clock,
  logger: Logger,
): LedgerTold {
  const stopping = new AbortController()
  let telling: Promise<void> | null = null
  let isAsked = false
  wake()

  function wake(): void {
    isAsked = true
    telling ??= run().finally(() => {
      telling = null
      // Asked for in the moment between the last look and this one.
      if (isAsked && !stopping.signal.aborted) wake()
    })
  }

  function next(): readonly Untold[] {
    return stopping.signal.aborted ? [] : outbox.documents.untold()
  }

  async function run(): Promise<void> {
    while (isAsked && !stopping.signal.aborted) {
      isAsked = false
      try {
        for (let some = next(); some.length > 0; some = next()) {
          await append(some, appender)
          outbox.transaction(() => some.forEach(({ id }) => outbox.documents.told(id)))
        }
      } catch (error) {
        logger.warn({ err: error }, 'what was delivered is not in the ledger yet; tried again')
        isAsked = true
        await clock.sleep(againMs, stopping.signal)
      }
    }
  }

  return {
    wake,
    async close() {
      stopping.abort()
      await telling
    },
  }
}

const againMs = 5_000

async function append(untold: readonly Untold[], appender: Appender): Promise<void> {
  const records: RecordsByTopic = new Map()
  for (const { target, key, table, since, until, doneAt } of untold) {
    const event = hubEvent({
      type: 'export.delivered',
      id: `delivered:${target}:${key}`,
      at: doneAt,
      label: target,
      ...{ table, since, until },
    })
    const reason = addEvent(records, event, (topic) => appender.partitions(topic))
    if (reason !== null) throw new Error(`a delivery does not fit the ledger: ${reason.detail}`)
  }
  await appendAll(records, (topic, ofTopic) => appender.append(topic, ofTopic))
}
