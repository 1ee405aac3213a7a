import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { deadLetterId, toRecords } from '../ingest/dead-letter-records.ts'
import { addEvent, addRecord, appendAll, type RecordsByTopic } from '../ingest/records.ts'
import type { Judged, RefusalReason } from '../ingest/verdict.ts'
import type { Appender } from '../log/appender.ts'
import type { Clock } from '../runtime/clock.ts'
import type { FindKnown } from './known-events.ts'

export interface Merged {
  readonly known: number
  readonly refused: number
  /** When each of the events happened that the ledger did not have. */
  readonly addedAt: readonly Instant[]
}

/** Adds what the ledger does not have yet. When this resolves it is durable. */
export type Merge = (
  source: string,
  judged: readonly Judged[],
  options: { readonly dryRun: boolean },
) => Promise<Merged>

export interface MergeOptions {
  readonly appender: Appender
  readonly findKnown: FindKnown
  readonly clock: Clock
}

/** So many at a time, as a request of a source would bring. */
const eventsMax = 1000

export function createMerge({ appender, findKnown, clock }: MergeOptions): Merge {
  return async (source, judged, { dryRun }) => {
    const addedAt: Instant[] = []
    let known = 0
    let refused = 0
    for (let start = 0; start < judged.length; start += eventsMax) {
      const some = judged.slice(start, start + eventsMax)
      const have = new Set(await findKnown(some.flatMap(eventsOf)))
      const records: RecordsByTopic = new Map()
      const refuse = (reason: RefusalReason, body: Uint8Array) => {
        refused += 1
        addLetter(records, { source, reason, body, receivedAt: clock.now() })
      }
      for (const each of some) {
        if (each.verdict.kind === 'refused') refuse(each.verdict.reason, each.verdict.body)
        for (const event of eventsOf(each)) {
          if (have.has(event.id)) {
            known += 1
            continue
          }
          const reason = addEvent(records, event, (topic) => appender.partitions(topic))
          if (reason === null) addedAt.push(event.at)
          else refuse(reason, each.body)
          // Pages may overlap.
          have.add(event.id)
        }
      }
      if (dryRun) continue
      await appendAll(records, (topic, ofTopic) => appender.append(topic, ofTopic))
    }
    return { known, refused, addedAt }
  }
}

function eventsOf({ verdict }: Judged): readonly LedgerEvent[] {
  if (verdict.kind === 'refused') return []
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

interface Unreadable {
  readonly source: string
  readonly reason: RefusalReason
  readonly body: Uint8Array
  readonly receivedAt: Instant
}

function addLetter(
  records: RecordsByTopic,
  { source, reason, body, receivedAt }: Unreadable,
): void {
  const letter = {
    id: deadLetterId(source, body),
    ...{ source, receivedAt, body },
    reason: reason.code,
    detail: reason.detail,
    contentType: 'application/json',
    path: null,
    headers: {},
  }
  for (const record of toRecords(letter)) addRecord(records, 'ledgerline.dead-letters', record)
}
