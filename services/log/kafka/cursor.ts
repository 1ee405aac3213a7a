import { LedgerlineError } from '../../runtime/errors.ts'
import { batchBytesMax } from '../limits.ts'
import type { LogRecord } from '../log.ts'

/** A partition that is being read: what is fetched and not yet taken, and where to go on. */
export interface Cursor {
  readonly topic: string
  readonly partition: number
  /** The offset to ask the broker for. */
  next(): number
  /** Whether the broker is to be asked for more. */
  wants(): boolean
  /** Of what is fetched and not yet taken. */
  bytes(): number
  /** Takes in what a broker has answered; what stands before the cursor is left out. */
  add(records: readonly LogRecord[]): void
  fail(error: LedgerlineError): void
  /** What was added, in order, cut by count and size; empty when there is nothing yet. Throws what it failed with. */
  take(recordsMax: number): readonly LogRecord[]
  /** Resolves when there is something to take or the signal aborts. */
  filled(signal: AbortSignal): Promise<void>
}

export interface CursorOptions {
  /** Where to stop, this offset not included; never unless given. */
  readonly to?: number
  /** A dense log is never compacted: where an offset is missing, something has been lost, and the cursor fails. */
  readonly dense?: boolean
}

export function createCursor(
  topic: string,
  partition: number,
  from: number,
  { to = Infinity, dense = true }: CursorOptions,
): Cursor {
  const waiting: LogRecord[] = []
  let next = from
  let bytes = 0
  let failure: LedgerlineError | undefined
  let wake: () => void = () => undefined

  function add(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.offset < next) continue
      if (record.offset >= to) break
      if (dense && record.offset !== next) {
        fail(gapError(topic, partition, next, `goes on at ${record.offset}`))
        return
      }
      waiting.push(record)
      bytes += record.value.length
      next = record.offset + 1
    }
    if (waiting.length > 0) wake()
  }

  function fail(error: LedgerlineError): void {
    failure ??= error
    wake()
  }

  function take(recordsMax: number): readonly LogRecord[] {
    let count = 0
    let size = 0
    for (const record of waiting) {
      if (count >= recordsMax || size >= batchBytesMax) break
      size += record.value.length
      count++
    }
    // What came before the failure is good and goes first.
    if (count === 0 && failure) throw failure
    bytes -= size
    return waiting.splice(0, count)
  }

  function filled(signal: AbortSignal): Promise<void> {
    if (waiting.length > 0 || failure || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake)
    })
  }

  return {
    topic,
    partition,
    next: () => next,
    wants: () => next < to && failure === undefined,
    bytes: () => bytes,
    add,
    fail,
    take,
    filled,
  }
}

export function gapError(
  topic: string,
  partition: number,
  expected: number,
  found: string,
): LedgerlineError {
  const message = `${topic}/${partition} was to be read from ${expected} and ${found}`
  return new LedgerlineError('LOG_UNAVAILABLE', message, { retryable: false })
}
