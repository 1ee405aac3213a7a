import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { EventLog, LogRecord } from '../../services/log/log.ts'
import { createGroupRecord, createLogConsumer, nameOf } from '../support/log-consumer.ts'
import type { LogPlace } from '../support/log-place.ts'
import { numbered, readTopic, shardOf, textOf } from '../support/log-records.ts'

export interface GroupPromises {
  /** A member has let go of a shard before another gains it. Kafka's protocol does not wait. */
  readonly lostBeforeGained: boolean
  /** How long a group may take to settle, in milliseconds. */
  readonly settleMs: number
}

const topic = 'ledgerline.tasks'

/** What every adapter of the log promises to those who read it for ever. */
export function logGroupsContract(
  createPlace: () => Promise<LogPlace>,
  promises: GroupPromises,
): void {
  const opened: EventLog[] = []

  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close()
  })

  async function createLog(): Promise<EventLog> {
    const place = await createPlace()
    onTestFinished(() => place.remove())
    const log = await place.open()
    opened.push(log)
    return log
  }

  function settled(check: () => void): Promise<void> {
    return vi.waitFor(check, { timeout: promises.settleMs, interval: 5 })
  }

  test('the only member gains every shard, and gets every record once and in order', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 100))
    const consumer = createLogConsumer()
    await log.subscribe('tasks', [topic], consumer)
    await settled(() => expect(consumer.held()).toHaveLength(log.partitions(topic)))
    await log.append(topic, numbered(100, 100))
    await settled(() => expect(consumer.records()).toHaveLength(200))
    const stored = await readTopic(log, topic)
    stored.forEach((records, partition) => {
      const given = consumer.records({ topic, partition })
      expect(given.map(textOf)).toEqual(records.map(textOf))
    })
    expect(consumer.faults).toEqual([])
  })

  test('reading begins where the consumer says, whatever was committed', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 10, 'one'))
    const shard = shardOf(log, topic, 'one')
    const first = createLogConsumer()
    const subscription = await log.subscribe('tasks', [topic], first)
    await settled(() => expect(first.records()).toHaveLength(10))
    await subscription.commit(shard, 10)
    await subscription.close()
    const group = createGroupRecord()
    group.positions.set(nameOf(shard), 4)
    const second = createLogConsumer(group)
    await log.subscribe('tasks', [topic], second)
    await settled(() => expect(second.records()).toHaveLength(6))
    expect(second.records().map(textOf)).toEqual(['4', '5', '6', '7', '8', '9'])
    expect([...first.faults, ...second.faults]).toEqual([])
  })

  test('a batch that was rejected comes again, after the shard was lost and gained', async () => {
    const log = await createLog()
    const shard = shardOf(log, topic, 'one')
    const offered: string[] = []
    const consumer = createLogConsumer(createGroupRecord(), (_, records) => {
      offered.push(textOf(records[0]))
      return offered.length <= 2 ? Promise.reject(new Error('not now')) : Promise.resolve()
    })
    await log.append(topic, numbered(0, 3, 'one'))
    await log.subscribe('tasks', [topic], consumer)
    await settled(() => expect(consumer.records()).toHaveLength(3))
    expect(offered).toEqual(['0', '0', '0'])
    expect(consumer.gains.get(nameOf(shard))).toBe(3)
    expect(consumer.faults).toEqual([])
  })

  test('a shard that cannot be gained yet is offered again', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 3, 'one'))
    const consumer = createLogConsumer()
    let refusals = 2
    await log.subscribe('tasks', [topic], {
      ...consumer,
      gained: (shard) =>
        refusals-- > 0 ? Promise.reject(new Error('no state yet')) : consumer.gained(shard),
    })
    await settled(() => expect(consumer.records()).toHaveLength(3))
    expect(consumer.faults).toEqual([])
  })

  test('a subscription that closes waits for its batch, and then lets go of its shards', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 3, 'one'))
    const gate = createGate()
    const consumer = createLogConsumer(createGroupRecord(), gate.pass)
    const subscription = await log.subscribe('tasks', [topic], consumer)
    await gate.reached
    let closed = false
    const closing = subscription.close().then(() => (closed = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toBe(false)
    gate.open()
    await closing
    await subscription.done
    expect(consumer.held()).toEqual([])
    expect(consumer.records()).toHaveLength(3)
    expect(consumer.faults).toEqual([])
  })

  test('two members share the shards when one joins, and one has all when the other leaves', async () => {
    const log = await createLog()
    const group = createGroupRecord()
    const [first, second] = [createLogConsumer(group), createLogConsumer(group)]
    const partitions = log.partitions(topic)
    let appended = 0
    const appendSome = async () => {
      await log.append(topic, numbered(appended, 100))
      appended += 100
    }
    await appendSome()
    await log.subscribe('tasks', [topic], first)
    await settled(() => expect(first.held()).toHaveLength(partitions))
    const joined = await log.subscribe('tasks', [topic], second)
    await appendSome()
    await settled(() => {
      expect(second.held()).toHaveLength(partitions / 2)
      expect(first.held()).toHaveLength(partitions / 2)
    })
    expect([...first.held(), ...second.held()].sort()).toHaveLength(partitions)
    await appendSome()
    await settled(() => expect(distinct(first, second)).toBe(appended))
    expect(second.records().length).toBeGreaterThan(0)
    await joined.close()
    await settled(() => expect(first.held()).toHaveLength(partitions))
    await appendSome()
    await settled(() => expect(distinct(first, second)).toBe(appended))
    expect([...first.faults, ...second.faults]).toEqual([])
    if (promises.lostBeforeGained) {
      expect(group.holdersMax).toBe(1)
      expect(first.records().length + second.records().length).toBe(appended)
    }
  })

  test('a member that was killed in the middle goes on from its own record', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 200))
    const group = createGroupRecord()
    const stuck = createLogConsumer(group, (_, records) =>
      Number(textOf(records[0])) < 0 ? Promise.resolve() : Promise.reject(new Error('died here')),
    )
    const subscription = await log.subscribe('tasks', [topic], stuck)
    await settled(() => expect(stuck.gains.size).toBe(log.partitions(topic)))
    await subscription.close()
    const next = createLogConsumer(group)
    await log.subscribe('tasks', [topic], next)
    await settled(() => expect(next.records()).toHaveLength(200))
    expect(next.faults).toEqual([])
  })

  test('groups do not disturb one another', async () => {
    const log = await createLog()
    const [first, second] = [createLogConsumer(), createLogConsumer()]
    await log.subscribe('one', [topic], first)
    await log.subscribe('two', [topic], second)
    await log.append(topic, numbered(0, 100))
    await settled(() => {
      expect(first.records()).toHaveLength(100)
      expect(second.records()).toHaveLength(100)
    })
  })

  test('a consumer whose record is ahead of the log fails its subscription', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 3, 'one'))
    const group = createGroupRecord()
    group.positions.set(nameOf(shardOf(log, topic, 'one')), 1_000)
    const consumer = createLogConsumer(group)
    const subscription = await log.subscribe('tasks', [topic], consumer)
    await expect(subscription.done).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      retryable: false,
    })
    expect(consumer.held()).toEqual([])
  })

  test('every follower sees everything, from where it asked, for ever', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 50))
    await log.append('ledgerline.workers', numbered(0, 50))
    const ends = await log.end(topic)
    const all = createFollower()
    const fresh = createFollower()
    await log.follow([topic, 'ledgerline.workers'], () => 0, all.onBatch)
    await log.follow([topic], (shard) => ends[shard.partition] ?? 0, fresh.onBatch)
    await log.append(topic, numbered(50, 50))
    await settled(() => {
      expect(all.seen).toHaveLength(150)
      expect(fresh.seen).toHaveLength(50)
    })
    const numbers = fresh.seen.map(Number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => 50 + n))
  })

  test('a follower that rejects ends with its error, and one that is closed ends without', async () => {
    const log = await createLog()
    await log.append(topic, numbered(0, 10))
    const failing = await log.follow(
      [topic],
      () => 0,
      () => Promise.reject(new Error('bug')),
    )
    await expect(failing.done).rejects.toThrow('bug')
    const follower = createFollower()
    const closing = await log.follow([topic], () => 0, follower.onBatch)
    await settled(() => expect(follower.seen).toHaveLength(10))
    await closing.close()
    await closing.done
    await log.append(topic, numbered(10, 10))
    expect(follower.seen).toHaveLength(10)
  })
}

function distinct(...consumers: readonly ReturnType<typeof createLogConsumer>[]): number {
  return new Set(consumers.flatMap((consumer) => consumer.records().map(textOf))).size
}

function createFollower() {
  const seen: string[] = []
  const onBatch = (_: unknown, records: readonly LogRecord[]): Promise<void> => {
    seen.push(...records.map(textOf))
    return Promise.resolve()
  }
  return { seen, onBatch }
}

/** A place where a batch waits until the test lets it go on. */
function createGate() {
  let open: () => void = () => undefined
  let arrive: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  const reached = new Promise<void>((resolve) => (arrive = resolve))
  const pass = (): Promise<void> => {
    arrive()
    return opened
  }
  return { pass, reached, open: () => open() }
}
