import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EventLog } from '../../services/log/log.ts'
import { openSpool } from '../../services/log/spool.ts'
import { startKafka, type KafkaCluster } from '../support/kafka-broker.ts'
import { createGroupRecord, createLogConsumer } from '../support/log-consumer.ts'
import { startDistantMember } from '../support/log-member.ts'
import { createKafkaPlace, type LogPlace } from '../support/log-place.ts'
import { numbered, readTopic, textOf } from '../support/log-records.ts'
import { leaderOf } from '../support/partition-leader.ts'

const topic = 'ledgerline.tasks'
const patience = { timeout: 60_000, interval: 50 }

describe('the log on three brokers, of which one dies', () => {
  let cluster: KafkaCluster

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 })
  })

  afterAll(() => cluster.close())

  test('nothing that was acknowledged is missing when the leader is killed under appends', async () => {
    const { log, place } = await createLog(cluster)
    const consumer = createLogConsumer()
    await log.subscribe('tasks', [topic], consumer)
    const followed: string[] = []
    await log.follow(
      [topic],
      () => 0,
      (_, records) => {
        followed.push(...records.map(textOf))
        return Promise.resolve()
      },
    )
    const acknowledged: number[] = []
    let appended = 0
    let stop = false
    const appending = Array.from({ length: 10 }, async () => {
      while (!stop) {
        const first = appended
        appended += 20
        await log.append(topic, numbered(first, 20))
        for (let n = first; n < first + 20; n++) acknowledged.push(n)
      }
    })
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(2_000), patience)
    const leader = await leaderOf(cluster.brokers, `${prefixOf(place)}${topic}`, 0)
    await cluster.kill(leader)
    const atKill = acknowledged.length
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(atKill + 2_000), patience)
    stop = true
    await Promise.all(appending)
    const shards = (await readTopic(log, topic)).map((records) => records.map(textOf).map(Number))
    const stored = new Set(shards.flat())
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([])
    await vi.waitFor(() => {
      const given = new Set(consumer.records().map(textOf))
      const seen = new Set(followed)
      expect(acknowledged.filter((n) => !given.has(String(n)))).toEqual([])
      expect(acknowledged.filter((n) => !seen.has(String(n)))).toEqual([])
    }, patience)
    expect(consumer.faults).toEqual([])
    await cluster.start(leader)
  })
})

describe('the log on one broker', () => {
  let cluster: KafkaCluster

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 1 })
  })

  afterAll(() => cluster.close())

  test('a member that was stopped knows when it wakes that its shards may be another’s', async () => {
    const { log, place } = await createLog(cluster)
    await log.append(topic, numbered(0, 100))
    const member = startDistantMember(place.address, 'tasks')
    onTestFinished(() => void member.process.kill('SIGKILL'))
    expect(await member.line()).toBe('holding')
    const stoppedAt = performance.now()
    member.process.kill('SIGSTOP')
    const heir = createLogConsumer()
    await log.subscribe('tasks', [topic], heir)
    await vi.waitFor(() => expect(heir.held()).toHaveLength(log.partitions(topic)), patience)
    await vi.waitFor(() => expect(heir.records()).toHaveLength(100), patience)
    const stoppedMs = performance.now() - stoppedAt
    member.process.kill('SIGCONT')
    // On a busy machine it may not have run for a second before, and held it then.
    const isOfStop = (line: string) => Number(/after (\d+) ms/.exec(line)?.[1]) > stoppedMs - 500
    let line = await member.line()
    while (line !== 'ended' && !isOfStop(line)) line = await member.line()
    expect(line).toMatch(/held=false$/)
  })

  test('a member whose process was killed is replaced, from the record that it kept', async () => {
    const { log, place } = await createLog(cluster)
    await log.append(topic, numbered(0, 100))
    const member = startDistantMember(place.address, 'tasks')
    expect(await member.line()).toBe('holding')
    const group = createGroupRecord()
    const heir = createLogConsumer(group)
    await log.subscribe('tasks', [topic], heir)
    member.process.kill('SIGKILL')
    await vi.waitFor(() => expect(heir.held()).toHaveLength(log.partitions(topic)), patience)
    await vi.waitFor(() => expect(heir.records()).toHaveLength(100), patience)
    expect(heir.faults).toEqual([])
  })

  test('a broker that is away is not felt at the spool, and gets everything when it is back', async () => {
    const { log } = await createLog(cluster)
    const folder = await mkdtemp(join(tmpdir(), 'ledgerline-spool-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const spool = await openSpool({ folder, log })
    onTestFinished(() => spool.close())
    const consumer = createLogConsumer()
    await log.subscribe('tasks', [topic], consumer)
    await spool.append(topic, numbered(0, 100))
    await vi.waitFor(() => expect(consumer.records()).toHaveLength(100), patience)
    await cluster.kill(0)
    await spool.append(topic, numbered(100, 1_000))
    expect(spool.status().records).toBe(1_000)
    await cluster.start(0)
    await vi.waitFor(() => expect(spool.status().records).toBe(0), patience)
    await vi.waitFor(() => {
      const given = new Set(consumer.records().map(textOf))
      expect(given.size).toBe(1_100)
    }, patience)
    expect(consumer.faults).toEqual([])
  })
})

async function createLog(cluster: KafkaCluster): Promise<{ log: EventLog; place: LogPlace }> {
  const place = await createKafkaPlace(cluster.brokers)
  const log = await place.open()
  onTestFinished(() => log.close())
  return { log, place }
}

function prefixOf({ address }: LogPlace): string {
  return address.kind === 'kafka' ? address.topicPrefix : ''
}
