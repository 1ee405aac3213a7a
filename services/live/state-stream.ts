import type { ServerResponse } from 'node:http'
import type { LiveState } from './live-state.ts'
import type { StateAnswers } from './state-answers.ts'

/** The state as server-sent events, for any number of readers at once. */
export interface StateStream {
  /** Begins with the whole, or after `lastEventId` if what came since is still known, and goes on until one side ends. */
  open(response: ServerResponse, lastEventId: string | undefined): void
  readonly readersCount: number
  /** Ends every reader's stream; they come back when there is a server again. */
  close(): void
}

interface Reader {
  readonly response: ServerResponse
  /** The last change that was sent; null: nothing yet. */
  sequence: number | null
  /** Its connection takes no more at the moment. What happens meanwhile is not kept: it gets the difference later. */
  isFull: boolean
}

/** So often a reader hears how fresh the state is, be it that nothing happens. */
const freshnessMs = 2_000

/** So often a comment goes out, which proxies take as a sign of life. */
const heartbeatMs = 15_000

const messageKeptMs = 500

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

export function createStateStream(state: LiveState, answers: StateAnswers): StateStream {
  const readers = new Set<Reader>()
  const messages = createMessages(state, answers)

  const stopListening = state.onChange(() => readers.forEach(bringUpToDate))
  const freshness = setInterval(() => sendAll(messages.freshness()), freshnessMs)
  const heartbeat = setInterval(() => sendAll(Buffer.from(': still here\n\n')), heartbeatMs)

  function open(response: ServerResponse, lastEventId: string | undefined): void {
    const sequence = lastEventId === undefined ? null : answers.sequenceOf(lastEventId)
    const reader: Reader = { response, sequence, isFull: false }
    response.on('close', () => readers.delete(reader))
    response.on('drain', () => {
      reader.isFull = false
      bringUpToDate(reader)
    })
    response.writeHead(200, headers)
    response.write('retry: 2000\n\n')
    readers.add(reader)
    bringUpToDate(reader)
  }

  function bringUpToDate(reader: Reader): void {
    if (reader.isFull) return
    const { sequence } = state.current()
    if (reader.sequence === sequence) return
    const changes = reader.sequence === null ? null : messages.changesSince(reader.sequence)
    send(reader, changes ?? messages.whole())
    reader.sequence = sequence
  }

  function send(reader: Reader, message: Buffer): void {
    if (!reader.response.write(message)) reader.isFull = true
  }

  /** What a reader who is full does not get is no loss: he is told again. */
  function sendAll(message: Buffer): void {
    for (const reader of readers) if (!reader.isFull) send(reader, message)
  }

  return {
    open,
    get readersCount() {
      return readers.size
    },
    close() {
      stopListening()
      clearInterval(freshness)
      clearInterval(heartbeat)
      for (const { response } of readers) response.end()
    },
  }
}

/** Each message is made once for all readers that stand at the same place. */
function createMessages(state: LiveState, answers: StateAnswers) {
  const made = new Map<number | 'whole', Buffer | null>()
  let madeFor = -1
  let madeAt = 0

  function once(key: number | 'whole', make: () => Buffer | null): Buffer | null {
    const { sequence } = state.current()
    // Each says as of when it holds, so it does not keep, be it that nothing changes.
    if (sequence !== madeFor || Date.now() - madeAt > messageKeptMs) {
      made.clear()
      madeFor = sequence
      madeAt = Date.now()
    }
    let message = made.get(key)
    if (message === undefined) made.set(key, (message = make()))
    return message
  }

  return {
    whole: () =>
      once('whole', () => event('snapshot', answers.eventId(), answers.whole())) ?? Buffer.alloc(0),
    changesSince: (sequence: number) =>
      once(sequence, () => {
        const changes = answers.changesSince(sequence)
        return changes === null ? null : event('changes', answers.eventId(), Buffer.from(changes))
      }),
    freshness: () => event('freshness', null, Buffer.from(JSON.stringify(answers.held()))),
  }
}

function event(name: string, id: string | null, data: Buffer): Buffer {
  const head = `event: ${name}\n${id === null ? '' : `id: ${id}\n`}data: `
  return Buffer.concat([Buffer.from(head), data, Buffer.from('\n\n')])
}
