import { LedgerlineError } from '../../runtime/errors.ts'
import { sendLength, type OutgoingRecord } from './send-plan.ts'
import type { Sender } from './sender.ts'

export interface Outbox {
  /** The offset of each record. Calls are sent in the order in which they were made. */
  append(records: readonly OutgoingRecord[]): Promise<readonly number[]>
  /** Resolves when everything that was given is sent or refused; takes nothing more. */
  close(): Promise<void>
}

interface Call {
  readonly records: readonly OutgoingRecord[]
  readonly offsets: number[]
  /** Something in the send that it was part of was too large: it goes by itself, to see whether it was this call. */
  alone: boolean
  readonly resolve: (offsets: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

/** One send at a time; what is given meanwhile waits and goes together. */
export function createOutbox(sender: Sender): Outbox {
  const queue: Call[] = []
  let sending: Promise<void> | undefined
  let closed = false

  function append(records: readonly OutgoingRecord[]): Promise<readonly number[]> {
    if (closed) {
      const error = new LedgerlineError('LOG_UNAVAILABLE', 'the log is closed', {
        retryable: false,
      })
      return Promise.reject(error)
    }
    if (records.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      queue.push({ records, offsets: [], alone: false, resolve, reject })
      sending ??= sendAll()
    })
  }

  async function sendAll(): Promise<void> {
    // The calls that are made in this turn of the event loop go together.
    await Promise.resolve()
    while (queue.length > 0) await sendOnce()
    sending = undefined
  }

  async function sendOnce(): Promise<void> {
    const entries = takeEntries(queue)
    const calls = [...new Set(entries.map(({ call }) => call))]
    try {
      const offsets = await sender.send(entries.map(({ record }) => record))
      entries.forEach(({ call }, index) => call.offsets.push(offsets[index] ?? -1))
      while (queue[0] !== undefined && queue[0].offsets.length === queue[0].records.length) {
        const done = queue.shift()
        done?.resolve(done.offsets)
      }
    } catch (error) {
      if (isTooLarge(error) && calls.length > 1) {
        for (const call of calls) call.alone = true
        return
      }
      queue.splice(0, calls.length)
      for (const call of calls) call.reject(error)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await sending
  }

  return { append, close }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof LedgerlineError && error.code === 'LOG_RECORD_TOO_LARGE'
}

interface Entry {
  readonly call: Call
  readonly record: OutgoingRecord
}

function takeEntries(queue: readonly Call[]): readonly Entry[] {
  const length = sendLength(recordsOf(queue))
  const entries: Entry[] = []
  for (const entry of entriesOf(queue)) {
    if (entries.length === length) break
    entries.push(entry)
  }
  return entries
}

function* recordsOf(queue: readonly Call[]): Generator<OutgoingRecord> {
  for (const { record } of entriesOf(queue)) yield record
}

function* entriesOf(queue: readonly Call[]): Generator<Entry> {
  for (const call of queue) {
    if (call.alone && call !== queue[0]) return
    for (const record of call.records.slice(call.offsets.length)) yield { call, record }
    if (call.alone) return
  }
}
