import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { toEventId } from '../ingest/sources/event-id.ts'
import { addEvent, appendAll, type RecordsByTopic } from '../ingest/records.ts'
import type { Appender } from '../log/appender.ts'
import type { Gap } from './gaps.ts'

/** What the ledger keeps of a gap. Its id is made of what it says, so that said twice it is said once. */
export function toGapEvent({ source, from, to, status, reason }: Gap, now: Instant): LedgerEvent {
  const end = to === null ? '' : `:${to}`
  return hubEvent({
    type: 'source.gap',
    id: toEventId(`gap:${source}:${from}:${status}${end}`),
    source,
    at: now,
    gapFrom: from,
    gapTo: to,
    status,
    reason,
  })
}

export async function appendGaps(
  gaps: readonly Gap[],
  appender: Appender,
  now: Instant,
): Promise<void> {
  const records: RecordsByTopic = new Map()
  for (const gap of gaps) {
    const reason = addEvent(records, toGapEvent(gap, now), (topic) => appender.partitions(topic))
    if (reason !== null) throw new Error(`a gap does not fit the ledger: ${reason.detail}`)
  }
  await appendAll(records, (topic, ofTopic) => appender.append(topic, ofTopic))
}
