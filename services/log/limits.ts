import { recordBytesMax } from '../../schemas/avro/codec.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { NewRecord } from './log.ts'
import { partitionOf } from './partition.ts'

/** What a consumer is handed at once, so that a batch of large records does not fill the memory. */
export const batchRecordsMax = 2_000
export const batchBytesMax = 4 * 1024 * 1024

/** A record whose place is decided. */
export interface PlacedRecord {
  readonly partition: number
  readonly key: string
  readonly value: Uint8Array
}

/**
 * Decides where each record goes and refuses the whole call if one of them cannot go anywhere: `LOG_RECORD_TOO_LARGE`
 * for a value beyond `recordBytesMax`. A partition that does not exist is a mistake of the caller.
 */
export function placeRecords(
  records: readonly NewRecord[],
  partitions: number,
): readonly PlacedRecord[] {
  return records.map(({ key, value, partition }) => {
    if (value.length > recordBytesMax) {
      throw new LedgerlineError(
        'LOG_RECORD_TOO_LARGE',
        `${value.length} bytes where ${recordBytesMax} are allowed`,
        { retryable: false },
      )
    }
    const place = partition ?? partitionOf(key, partitions)
    if (!Number.isInteger(place) || place < 0 || place >= partitions) {
      throw new RangeError(`partition ${place} of ${partitions}`)
    }
    return { partition: place, key, value }
  })
}
