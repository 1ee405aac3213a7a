import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStreamMessage } from '../../../services/live/stream-message.ts'
import type { StreamConnection } from '../../../services/live/stream-connection.ts'
import { createStreamReaders, type Followed } from '../../../services/live/stream-readers.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A number that grows, told as all that came since. */
function aCounter() {
  let count: number | null = null
  const message = (event: string, data: unknown) =>
    createStreamMessage(event, String(count), [JSON.stringify(data)])
  const followed: Followed = {
    sequence: () => count,
    sequenceOf: (id) => (/^\d+$/.test(id) ? Number(id) : null),
    snapshot: () => ({ message: message('snapshot', count), sequence: count ?? 0 }),
    changesSince: (since) => (since > (count ?? 0) ? null : message('changes', { since })),
    freshness: () => message('freshness', null),
  }
  return { followed, add: () => (count = (count ?? 0) + 1) }
}

/** A connection that keeps what it is given, and can be full. */
function aConnection() {
  const got: string[] = []
  let isFull = false
  let drained: () => void = () => undefined
  let ended: () => void = () => undefined
  const connection: StreamConnection = {
    write(message) {
      const { event, data } = JSON.parse(message.object()) as Record<string, unknown>
      got.push(`${String(event)} ${JSON.stringify(data)}`)
      return !isFull
    },
    beat() {
      got.push('beat')
      return !isFull
    },
    end: () => ended(),
    onDrain: (listener) => (drained = listener),
    onEnd: (listener) => (ended = listener),
  }
  return {
    connection,
    take: () => got.splice(0),
    fill: () => (isFull = true),
    drain() {
      isFull = false
      drained()
    },
  }
}

test('a reader who comes before anything is known gets the whole as soon as it is', () => {
  const [readers, counter, reader] = [createStreamReaders(), aCounter(), aConnection()]
  readers.open(reader.connection, counter.followed, undefined)
  vi.advanceTimersByTime(5_000)
  expect(reader.take()).toEqual([])
  counter.add()
  void readers.bringUpToDate()
  expect(reader.take()).toEqual(['snapshot 1'])
  readers.close()
})

test('a reader hears every two seconds how fresh it is, and a sign of life every fifteen', () => {
  const [readers, counter, reader] = [createStreamReaders(), aCounter(), aConnection()]
  counter.add()
  readers.open(reader.connection, counter.followed, '1')
  vi.advanceTimersByTime(15_000)
  const heard = reader.take()
  expect(heard.filter((one) => one === 'freshness null')).toHaveLength(7)
  expect(heard.filter((one) => one === 'beat')).toHaveLength(1)
  expect(heard).toHaveLength(8)
  readers.close()
})

test('whoever is told of changes hears nothing else of how fresh it is', () => {
  const [readers, counter, reader] = [createStreamReaders(), aCounter(), aConnection()]
  counter.add()
  readers.open(reader.connection, counter.followed, '1')
  for (let second = 1; second <= 10; second++) {
    counter.add()
    void readers.bringUpToDate()
    vi.advanceTimersByTime(1_000)
  }
  expect(reader.take().filter((one) => !one.startsWith('changes'))).toEqual([])
  vi.advanceTimersByTime(1_100)
  expect(reader.take()).toEqual(['freshness null'])
  readers.close()
})

test('a reader who takes nothing for a while is told the difference once he does', () => {
  const [readers, counter, reader] = [createStreamReaders(), aCounter(), aConnection()]
  counter.add()
  readers.open(reader.connection, counter.followed, undefined)
  reader.fill()
  for (let count = 0; count < 5; count++) {
    counter.add()
    void readers.bringUpToDate()
  }
  vi.advanceTimersByTime(60_000)
  expect(reader.take()).toEqual(['snapshot 1', 'changes {"since":1}'])
  reader.drain()
  expect(reader.take()).toEqual(['changes {"since":2}'])
  readers.close()
})

test('a reader who stands where nobody has been gets the whole', () => {
  const [readers, counter, reader] = [createStreamReaders(), aCounter(), aConnection()]
  counter.add()
  readers.open(reader.connection, counter.followed, '7')
  expect(reader.take()).toEqual(['snapshot 1'])
  readers.close()
  expect(readers.count).toBe(0)
})

test('many readers are told in turns, between which others have theirs, and nobody after the end', async () => {
  const [readers, counter] = [createStreamReaders(), aCounter()]
  counter.add()
  const all = Array.from({ length: 250 }, aConnection)
  for (const { connection } of all) readers.open(connection, counter.followed, '1')
  const toldCount = () => all.filter(({ take }) => take().length > 0).length
  counter.add()
  const telling = readers.bringUpToDate()
  expect(toldCount()).toBe(100)
  await telling
  expect(toldCount()).toBe(150)
  counter.add()
  const interrupted = readers.bringUpToDate()
  readers.close()
  await interrupted
  expect(toldCount()).toBe(100)
})
