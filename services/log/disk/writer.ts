import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { Clock } from '../../runtime/clock.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { PlacedRecord } from '../limits.ts'
import type { Topic } from '../topics.ts'

/** A transaction is done before anything else in this process is, so it must be a short one. */
const transactionRecordsMax = 1_000
const transactionBytesMax = 2 * 1024 * 1024

/** A place that takes many records at once, all or none, and answers the number of each. They are durable with the next flush. */
export interface WriterStore {
  append(entries: readonly WriterEntry[], appendedAt: Instant): readonly number[]
  /** Nothing may be appended until it resolves. */
  flush(): Promise<void>
}

export interface WriterEntry {
  readonly topic: Topic
  readonly record: PlacedRecord
}

export interface Writer {
  append(topic: Topic, records: readonly PlacedRecord[]): Promise<readonly number[]>
  /** Resolves when everything that was given is written or refused; takes nothing more. */
  close(): Promise<void>
}

interface Call {
  readonly topic: Topic
  readonly records: readonly PlacedRecord[]
  readonly offsets: number[]
  readonly resolve: (offsets: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: all calls that come in one turn of the event loop, or while others are flushed to the disk, share a transaction,
 * and so one flush. A long call takes several transactions, between which others get their turn. `onAppended` hears of the
 * topics that have grown.
 */
export function createWriter(
  store: WriterStore,
  clock: Clock,
  onAppended: (topics: ReadonlySet<Topic>) => void,
): Writer {
  const queue: Call[] = []
  let isWriting = false
  let closed = false
  let onIdle: (() => void) | undefined

  function append(topic: Topic, records: readonly PlacedRecord[]): Promise<readonly number[]> {
    if (closed) return Promise.reject(closedError())
    if (records.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      queue.push({ topic, records, offsets: [], resolve, reject })
      if (!isWriting) void writeAll()
    })
  }

  async function writeAll(): Promise<void> {
    isWriting = true
    while (queue.length > 0) {
      await nextTurn()
      await writeOnce()
    }
    isWriting = false
    onIdle?.()
  }

  async function writeOnce(): Promise<void> {
    const { entries, calls } = takeEntries(queue)
    try {
      const offsets = store.append(
        entries.map(({ entry }) => entry),
        clock.now(),
      )
      await store.flush()
      entries.forEach(({ call }, index) => call.offsets.push(offsets[index] ?? -1))
    } catch (error) {
      // What a call has written in an earlier transaction stays; it is told that the call as a whole failed.
      queue.splice(0, calls.length)
      for (const call of calls) call.reject(error)
      return
    }
    const done = calls.filter((call) => call.offsets.length === call.records.length)
    queue.splice(0, done.length)
    for (const call of done) call.resolve(call.offsets)
    onAppended(new Set(calls.map((call) => call.topic)))
  }

  function close(): Promise<void> {
    closed = true
    return new Promise((resolve) => {
      if (queue.length === 0) resolve()
      else onIdle = resolve
    })
  }

  return { append, close }
}

/** The next records in the order in which they were given, as many as one transaction may hold, at least one. */
function takeEntries(queue: readonly Call[]) {
  const entries: { readonly call: Call; readonly entry: WriterEntry }[] = []
  const calls: Call[] = []
  let bytes = 0
  for (const call of queue) {
    calls.push(call)
    for (const record of call.records.slice(call.offsets.length)) {
      entries.push({ call, entry: { topic: call.topic, record } })
      bytes += record.value.length
      if (entries.length >= transactionRecordsMax || bytes >= transactionBytesMax) {
        return { entries, calls }
      }
    }
  }
  return { entries, calls }
}

function closedError(): LedgerlineError {
  return new LedgerlineError('LOG_UNAVAILABLE', 'the log is closed', { retryable: false })
}
