import type { CustomEventData, CustomEventType } from '../schemas/inbound/custom-events.ts'
import {
  createDelivery,
  SendError,
  type DeliveryOptions,
  type EventFault,
} from './event-delivery.ts'

export interface SenderOptions extends DeliveryOptions {
  /** Who says it, as a URI reference such as `/pbx/lobby`: with an event's id it makes the event one. */
  readonly source: string
  /** The workspace of events that name none. */
  readonly workspace: string
  /** A batch goes when it has so many events, or so many characters, or its oldest event is so old. */
  readonly batchEventsMax?: number
  readonly batchCharactersMax?: number
  readonly batchAgeMs?: number
  /** How many events may be on their way; with more, `send` waits before it takes another. */
  readonly bufferEventsMax?: number
  /** Breaks everything off: what is on its way is rejected, and nothing else is taken. */
  readonly signal?: AbortSignal
}

/** An event of the ledger in the sender's words. */
export interface SentEvent {
  /** One of the ledger's names, or one of your own: that is kept, and not counted. */
  readonly type: CustomEventType | (string & {})
  /** By which the event is one, however often it is sent; left out, one is made. */
  readonly id?: string
  /** When it happened; left out, now. */
  readonly time?: string | Date
  readonly data?: Partial<CustomEventData>
  /** Attributes of CloudEvents beside these: `subject`, `traceparent`, … */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export interface Sender {
  /** Resolves with the event's id when the hub has it on disk. Rejects with a `SendError`. */
  send(event: SentEvent, options?: { readonly signal?: AbortSignal }): Promise<string>
  /** All of them, in order; if any fail, rejects when all are settled. */
  sendBatch(events: readonly SentEvent[]): Promise<readonly string[]>
  /** Sends what waits, and resolves when nothing is on its way any more. */
  flush(): Promise<void>
  /** Takes nothing more, and flushes. */
  close(): Promise<void>
}

/**
 * Sends events to a hub, in batches, until it has them. Only `fetch` and what else browsers and Node have in common.
 */
export function createSender(options: SenderOptions): Sender {
  const { batchEventsMax = 200, batchAgeMs = 20, bufferEventsMax = 2_000 } = options
  const { batchCharactersMax = 1_000_000 } = options
  const deliver = createDelivery(options)
  const signal = options.signal ?? new AbortController().signal
  const waiting: Entry[] = []
  /** Who waits for room, and for everything to be settled. */
  const forRoom = new Set<() => void>()
  const forIdle: (() => void)[] = []
  let underWay = 0
  let isSending = false
  let isClosed = false
  let flushes = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(entry: Entry, error?: unknown): void {
    if (entry.isSettled) return
    entry.isSettled = true
    underWay -= 1
    if (error === undefined) entry.resolve(entry.id)
    else entry.reject(error)
    const [next] = forRoom
    next?.()
    if (underWay === 0) for (const resume of forIdle.splice(0)) resume()
  }

  /** Sends now, or when the oldest is old enough. */
  function plan(): void {
    clearTimeout(timer)
    const [oldest] = waiting
    if (oldest === undefined || isSending) return
    const dueMs = oldest.at + batchAgeMs - performance.now()
    const isDue = flushes > 0 || waiting.length >= batchEventsMax || dueMs <= 0
    if (isDue) void sendNext()
    else timer = setTimeout(() => void sendNext(), dueMs)
  }

  async function sendNext(): Promise<void> {
    isSending = true
    await deliverAll(takeBatch())
    isSending = false
    plan()
  }

  function takeBatch(): readonly Entry[] {
    let characters = 0
    const end = waiting.findIndex((entry, index) => {
      characters += entry.json.length + 1
      return index >= batchEventsMax || (index > 0 && characters > batchCharactersMax)
    })
    return waiting.splice(0, end < 0 ? waiting.length : end)
  }

  /** The hub takes all of a batch or nothing; what is wrong with one event must not cost the others. */
  async function deliverAll(batch: readonly Entry[]): Promise<void> {
    const entries = batch.filter((entry) => !entry.isSettled)
    if (entries.length === 0) return
    try {
      await deliver(`[${entries.map(({ json }) => json).join()}]`, signal)
      for (const entry of entries) settle(entry)
    } catch (error) {
      if (error instanceof SendError && error.status === 413 && entries.length > 1) {
        const half = Math.ceil(entries.length / 2)
        await deliverAll(entries.slice(0, half))
        await deliverAll(entries.slice(half))
        return
      }
      const wrong = faultsByEvent(error, entries)
      for (const [entry, faults] of wrong) {
        settle(entry, new SendError('the hub does not take this event', 400, faults))
      }
      if (wrong.size > 0) return deliverAll(entries)
      for (const entry of entries) settle(entry, error)
    }
  }

  async function send(event: SentEvent, { signal: own }: { signal?: AbortSignal } = {}) {
    while (underWay >= bufferEventsMax && !isClosed && !signal.aborted && own?.aborted !== true) {
      await roomOrAbort(own)
    }
    signal.throwIfAborted()
    own?.throwIfAborted()
    if (isClosed) throw new SendError('the sender is closed', null)
    const id = event.id ?? crypto.randomUUID()
    const json = toJson(event, id, options)
    return new Promise<string>((resolve, reject) => {
      const abort = () => settle(entry, own?.reason)
      const forget = () => own?.removeEventListener('abort', abort)
      const entry: Entry = {
        ...{ id, json, at: performance.now(), isSettled: false },
        resolve: (sent) => {
          forget()
          resolve(sent)
        },
        reject: (error) => {
          forget()
          reject(toThrown(error))
        },
      }
      underWay += 1
      waiting.push(entry)
      // Once it is on its way nobody can say whether the hub has it; the caller need not wait to hear.
      own?.addEventListener('abort', abort)
      plan()
    })
  }

  function roomOrAbort(own: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const resume = () => {
        forRoom.delete(resume)
        own?.removeEventListener('abort', resume)
        resolve()
      }
      forRoom.add(resume)
      own?.addEventListener('abort', resume)
    })
  }

  async function flush(): Promise<void> {
    flushes += 1
    plan()
    if (underWay > 0) await new Promise<void>((resolve) => forIdle.push(resolve))
    flushes -= 1
  }

  signal.addEventListener('abort', () => {
    for (const entry of waiting.splice(0)) settle(entry, signal.reason)
    for (const resume of [...forRoom]) resume()
  })

  return {
    send,
    async sendBatch(events) {
      const settled = await Promise.allSettled(events.map((event) => send(event)))
      const failed = settled.flatMap((one, index) => {
        if (one.status === 'fulfilled') return []
        const reason: unknown = one.reason
        return [{ index, reason }]
      })
      if (failed.length > 0) throw together(failed, events.length)
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    },
    flush,
    async close() {
      isClosed = true
      for (const resume of [...forRoom]) resume()
      await flush()
    },
  }
}

interface Entry {
  readonly id: string
  readonly json: string
  /** Since when it waits, by `performance.now()`. */
  readonly at: number
  isSettled: boolean
  readonly resolve: (id: string) => void
  readonly reject: (error: unknown) => void
}

/** What a signal was aborted with may be anything. */
function toThrown(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason })
}

function toJson(event: SentEvent, id: string, { source, workspace }: SenderOptions): string {
  const { type, time = new Date(), data = {}, attributes = {} } = event
  return JSON.stringify({
    ...attributes,
    specversion: '1.0',
    ...{ id, source, type },
    time: typeof time === 'string' ? time : time.toISOString(),
    datacontenttype: 'application/json',
    data: { workspace, ...data },
  })
}

/** Empty unless the hub has said of each fault which event of the batch has it. */
function faultsByEvent(
  error: unknown,
  entries: readonly Entry[],
): ReadonlyMap<Entry, readonly EventFault[]> {
  const found = new Map<Entry, EventFault[]>()
  if (!(error instanceof SendError) || error.status !== 400) return found
  for (const { pointer, detail } of error.faults) {
    const [, index = '', rest = ''] = /^\/(\d+)(.*)$/s.exec(pointer) ?? []
    const entry = index === '' ? undefined : entries[Number(index)]
    if (entry === undefined) return new Map()
    found.set(entry, [...(found.get(entry) ?? []), { pointer: rest, detail }])
  }
  return found
}

function together(
  failed: readonly { readonly index: number; readonly reason: unknown }[],
  count: number,
): SendError {
  const errors = failed.map(({ reason }) => reason)
  const [first] = errors
  const faults = failed.flatMap(({ index, reason }) =>
    reason instanceof SendError
      ? reason.faults.map((fault) => ({ ...fault, pointer: `/${index}${fault.pointer}` }))
      : [],
  )
  const status = first instanceof SendError ? first.status : null
  const cause = errors.length === 1 ? first : new AggregateError(errors)
  return new SendError(`${failed.length} of ${count} events were not taken`, status, faults, {
    cause,
  })
}
