import { CodecError, encodeEvent } from '../../schemas/avro/codec.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { NewRecord } from '../log/log.ts'
import { placementsOf, type Topic } from '../log/topics.ts'
import type { RefusalReason } from './verdict.ts'

/** What one request adds to each topic, in the order in which it came. */
export type RecordsByTopic = Map<Topic, NewRecord[]>

/**
 * Adds an event under every entity that it concerns. Answers why not, if the ledger cannot hold it: then no copy of it
 * was added.
 */
export function addEvent(
  records: RecordsByTopic,
  event: LedgerEvent,
  partitions: (topic: Topic) => number,
): RefusalReason | null {
  const value = encode(event)
  if ('code' in value) return value
  for (const { topic, key, everywhere } of placementsOf(event)) {
    if (!everywhere) {
      addRecord(records, topic, { key, value })
      continue
    }
    for (let partition = 0; partition < partitions(topic); partition++) {
      addRecord(records, topic, { key, value, partition })
    }
  }
  return null
}

export function addRecord(records: RecordsByTopic, topic: Topic, record: NewRecord): void {
  const ofTopic = records.get(topic)
  if (ofTopic === undefined) records.set(topic, [record])
  else ofTopic.push(record)
}

/** All of it is durable when the promise resolves. When it rejects some may be there, and the sender sends again. */
export async function appendAll(
  records: RecordsByTopic,
  append: (topic: Topic, records: readonly NewRecord[]) => Promise<unknown>,
): Promise<void> {
  const results = await Promise.allSettled(
    [...records].map(([topic, ofTopic]) => append(topic, ofTopic)),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function encode(event: LedgerEvent): Uint8Array | RefusalReason {
  try {
    return encodeEvent(event)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return error.code === 'RECORD_TOO_LARGE'
      ? { code: 'too-large', detail: 'the event is larger than a record of the ledger may be' }
      : { code: 'shape', detail: 'the event does not fit the ledger' }
  }
}
