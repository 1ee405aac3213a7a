import { ConfigResourceTypes, Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { EventLog } from '../../services/log/log.ts'
import { openSpool } from '../../services/log/spool.ts'
import { startKafka, type KafkaCluster } from '../support/kafka-broker.ts'
import { createGroupRecord, createLogConsumer, nameOf } from '../support/log-consumer.ts'
import { createEmbeddedPlace, createKafkaPlace, type LogPlace } from '../support/log-place.ts'
import { numbered, readTopic, shardOf, textOf } from '../support/log-records.ts'

/** What the log on Kafka promises beyond the contract: its topics, its epochs, and what the broker's tools show. */

const topic = 'ledgerline.tasks'
const patience = { timeout: 30_000, interval: 20 }
let cluster: KafkaCluster | undefined
let brokers = process.env.KAFKA_BROKERS?.split(',') ?? []
let admin: Admin

beforeAll(async () => {
  if (brokers.length === 0) {
    cluster = await startKafka({ brokers: 1 })
    brokers = [...cluster.brokers]
  }
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
})

afterAll(async () => {
  await admin.disconnect()
  await cluster?.close()
})

async function createPlace(): Promise<{ place: LogPlace; physical: string; prefix: string }> {
  const place = await createKafkaPlace(brokers)
  const prefix = place.address.kind === 'kafka' ? place.address.topicPrefix : ''
  return { place, prefix, physical: `${prefix}${topic}` }
}

async function openLog(place: LogPlace): Promise<EventLog> {
  const log = await place.open()
  onTestFinished(() => log.close())
  return log
}

test('topics are made to keep everything for ever', async () => {
  const { place, physical } = await createPlace()
  const log = await openLog(place)
  expect(log.partitions(topic)).toBe(4)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: physical }],
  })
  const settings = new Map(
    resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]),
  )
  expect(settings.get('cleanup.policy')).toBe('delete')
  expect(settings.get('retention.ms')).toBe('-1')
  expect(settings.get('retention.bytes')).toBe('-1')
  expect(settings.get('message.timestamp.type')).toBe('LogAppendTime')
})

test('an existing topic is used with the partitions that it has, and new ones get as many', async () => {
  const { place, physical } = await createPlace()
  await admin.createTopics({ topics: [{ topic: physical, numPartitions: 7 }] })
  const log = await openLog(place)
  expect([log.partitions(topic), log.partitions('ledgerline.workers')]).toEqual([7, 7])
  await log.append(topic, numbered(0, 50))
  expect((await readTopic(log, topic)).flat()).toHaveLength(50)
})

test('a topic that was made anew has a higher epoch, also when others have made it', async () => {
  const { place, physical } = await createPlace()
  const first = await place.open()
  await first.append(topic, numbered(0, 50))
  const epochs = [first.epoch(topic)]
  await first.close()
  // Opened once more, so that the log remembers how far the topic went.
  const second = await place.open()
  epochs.push(second.epoch(topic))
  await second.close()
  await admin.deleteTopics({ topics: [physical] })
  const third = await place.open()
  epochs.push(third.epoch(topic))
  expect(await third.end(topic)).toEqual([0, 0, 0, 0])
  await third.append(topic, numbered(0, 50))
  await third.close()
  await (await place.open()).close()
  await admin.deleteTopics({ topics: [physical] })
  await admin.createTopics({ topics: [{ topic: physical, numPartitions: 4 }] })
  const fourth = await openLog(place)
  epochs.push(fourth.epoch(topic))
  expect(epochs).toEqual([1, 1, 2, 3])
  expect(fourth.epoch('ledgerline.workers')).toBe(1)
})

test('a topic to which partitions were added is refused, for its keys would be placed anew', async () => {
  const { place, physical } = await createPlace()
  await (await place.open()).close()
  await admin.createPartitions({ topicPartitions: [{ topic: physical, count: 6 }] })
  await vi.waitFor(
    () =>
      expect(place.open()).rejects.toMatchObject({
        code: 'LOG_UNAVAILABLE',
        retryable: false,
      }),
    patience,
  )
})

test('a topic that takes only small records refuses a large one, and it alone', async () => {
  const { place, physical } = await createPlace()
  await createSmallTopic(physical)
  const log = await openLog(place)
  const large = { key: 'k', value: Buffer.from(noise(200_000)) }
  const outcomes = await Promise.allSettled([
    log.append(topic, numbered(0, 10)),
    log.append(topic, numbered(10, 10)),
    log.append(topic, [large]),
    log.append(topic, numbered(20, 10)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(outcomes[2]).toMatchObject({ reason: { code: 'LOG_RECORD_TOO_LARGE', retryable: false } })
  const stored = new Set((await readTopic(log, topic)).flat().map(textOf))
  expect(stored).toEqual(new Set(Array.from({ length: 30 }, (_, n) => String(n))))
})

test('the spool puts aside what the topic is too small for, and goes on', async () => {
  const { place, physical } = await createPlace()
  await createSmallTopic(physical)
  const log = await openLog(place)
  const folder = await createEmbeddedPlace()
  onTestFinished(() => folder.remove())
  const address = folder.address.kind === 'embedded' ? folder.address.folder : ''
  const spool = await openSpool({ folder: address, log })
  onTestFinished(() => spool.close())
  await spool.append(topic, numbered(0, 10))
  await spool.append(topic, [{ key: 'k', value: Buffer.from(noise(200_000)) }])
  await spool.append(topic, numbered(10, 10))
  await vi.waitFor(() => expect(spool.status().records).toBe(0), patience)
  expect(spool.status().setAside).toBe(1)
  const stored = new Set((await readTopic(log, topic)).flat().map(textOf))
  expect(stored).toEqual(new Set(Array.from({ length: 20 }, (_, n) => String(n))))
})

test('the progress of a group is shown to the tools of the broker', async () => {
  const { place, prefix, physical } = await createPlace()
  const log = await openLog(place)
  await log.append(topic, numbered(0, 10, 'one'))
  const shard = shardOf(log, topic, 'one')
  const consumer = createLogConsumer()
  const subscription = await log.subscribe('tasks', [topic], consumer)
  await vi.waitFor(() => expect(consumer.records()).toHaveLength(10), patience)
  await subscription.commit(shard, 10)
  await vi.waitFor(async () => {
    const [shown] = await admin.fetchOffsets({ groupId: `${prefix}tasks`, topics: [physical] })
    const position = shown?.partitions.find(({ partition }) => partition === shard.partition)
    expect(position?.offset).toBe('10')
  }, patience)
})

test('a lease ends when a rebalance has taken the shard, while the batch is still worked on', async () => {
  const { place } = await createPlace()
  const log = await openLog(place)
  await log.append(topic, numbered(0, 100))
  const group = createGroupRecord()
  const seen = new Map<string, boolean>()
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const leases = new Map<string, () => boolean>()
  const first = createLogConsumer(group, async (shard, _records, lease) => {
    leases.set(nameOf(shard), () => lease.held())
    await released
    seen.set(nameOf(shard), lease.held())
  })
  await log.subscribe('tasks', [topic], first)
  await vi.waitFor(() => expect(leases.size).toBe(4), patience)
  expect([...leases.values()].map((held) => held())).toEqual([true, true, true, true])
  const second = createLogConsumer(group)
  await log.subscribe('tasks', [topic], second)
  await vi.waitFor(() => expect(second.held()).toHaveLength(2), patience)
  await vi.waitFor(() => {
    const kept = [...leases].filter(([, held]) => held()).map(([name]) => name)
    expect([...kept, ...second.held()].sort()).toEqual([...leases.keys()].sort())
  }, patience)
  release()
  await vi.waitFor(() => expect(first.held()).toHaveLength(2), patience)
  for (const name of second.held()) expect(seen.get(name)).toBe(false)
  for (const name of first.held()) expect([name, seen.get(name)]).toEqual([name, true])
  expect([...first.faults, ...second.faults]).toEqual([])
})

function createSmallTopic(physical: string): Promise<boolean> {
  const configEntries = [{ name: 'max.message.bytes', value: '100000' }]
  return admin.createTopics({ topics: [{ topic: physical, numPartitions: 4, configEntries }] })
}

/** Text that gzip cannot make much smaller. */
function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return String.fromCharCode(33 + ((state >> 16) % 90))
  }).join('')
}
