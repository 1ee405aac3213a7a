import { CompressionTypes } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../../../services/log/kafka/client.ts'
import { createOutbox } from '../../../services/log/kafka/outbox.ts'
import { createSender } from '../../../services/log/kafka/sender.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { startFakeCluster, type FakeCluster } from '../../support/log-fake-cluster.ts'

const topic = 'ledgerline.tasks'

function clientOf(cluster: FakeCluster) {
  return createKafkaClient({ brokers: cluster.addresses, clientId: 'test', logger: silentLogger })
}

async function createCluster(nodes = 1): Promise<FakeCluster> {
  const cluster = await startFakeCluster(topic, nodes)
  onTestFinished(() => cluster.close())
  return cluster
}

function createAppend(cluster: FakeCluster) {
  const sender = createSender(clientOf(cluster), silentLogger, 20_000)
  onTestFinished(() => sender.close())
  const outbox = createOutbox(sender)
  return (...values: readonly string[]) =>
    outbox.append(
      values.map((value, partition) => ({ topic, partition, key: 'k', value: Buffer.from(value) })),
    )
}

test('kafkajs by itself loses a message when a reply is lost while two sends are in flight', async () => {
  const cluster = await createCluster()
  const producer = clientOf(cluster).producer({
    idempotent: true,
    createPartitioner: () => () => 0,
  })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const send = (value: string) =>
    producer.send({ topic, messages: [{ value }], compression: CompressionTypes.GZIP })
  cluster.failNextReply('lost')
  await Promise.all([send('A'), send('B')])
  // Both were acknowledged; the one that reached the broker first stands there twice, the other not at all.
  expect(cluster.values(0)).toHaveLength(2)
  expect(new Set(cluster.values(0)).size).toBe(1)
})

test('two appends at the same time both stand in the log when the reply to the first is lost', async () => {
  const cluster = await createCluster()
  const append = createAppend(cluster)
  cluster.failNextReply('lost')
  const first = append('A')
  await cluster.requested(1)
  expect(await Promise.all([first, append('B')])).toEqual([[0], [1]])
  expect(cluster.values(0)).toEqual(['A', 'B'])
})

test('what is in doubt is sent again by a new producer, and what follows stands behind it', async () => {
  const cluster = await createCluster()
  const append = createAppend(cluster)
  cluster.failNextReply('unknown-error')
  const first = append('A')
  await cluster.requested(1)
  expect(await Promise.all([first, append('B')])).toEqual([[1], [2]])
  expect(cluster.values(0)).toEqual(['A', 'A', 'B'])
})

test('appends that are made while a send is in flight go together in the next', async () => {
  const cluster = await createCluster()
  const append = createAppend(cluster)
  const first = append('A')
  await cluster.requested(1)
  const others = ['B', 'C', 'D'].map((value) => append(value))
  expect(await Promise.all([first, ...others])).toEqual([[0], [1], [2], [3]])
  expect(cluster.values(0)).toEqual(['A', 'B', 'C', 'D'])
  await cluster.requested(2)
})

test('kafkajs by itself reports success for records that it never sent, when their leader moves', async () => {
  const cluster = await createCluster(2)
  const producer = clientOf(cluster).producer({
    idempotent: true,
    createPartitioner: () => (to) => to.message.partition ?? 0,
  })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  cluster.moveLeader(1, 0)
  const messages = [
    { partition: 0, value: 'A' },
    { partition: 1, value: 'B' },
  ]
  const answers = await producer.send({ topic, messages })
  expect(answers.map(({ partition }) => partition)).toEqual([0])
  expect([cluster.values(0), cluster.values(1)]).toEqual([['A'], []])
})

test('records whose leader moves during a send stand in the log when the append resolves', async () => {
  const cluster = await createCluster(2)
  const append = createAppend(cluster)
  cluster.moveLeader(1, 0)
  await append('A', 'B')
  expect(new Set(cluster.values(0))).toEqual(new Set(['A']))
  expect(new Set(cluster.values(1))).toEqual(new Set(['B']))
})
