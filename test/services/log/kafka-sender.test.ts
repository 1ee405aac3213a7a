import { CompressionTypes } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { createKafkaClient } from '../../../services/log/kafka/client.ts'
import { createOutbox } from '../../../services/log/kafka/outbox.ts'
import { createSender } from '../../../services/log/kafka/sender.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { startFakeBroker, type FakeBroker } from '../../support/log-fake-broker.ts'

const topic = 'ledgerline.tasks'

function clientOf(broker: FakeBroker) {
  return createKafkaClient({ brokers: [broker.address], clientId: 'test', logger: silentLogger })
}

async function createBroker(): Promise<FakeBroker> {
  const broker = await startFakeBroker(topic)
  onTestFinished(() => broker.close())
  return broker
}

function createAppend(broker: FakeBroker) {
  const sender = createSender(clientOf(broker), silentLogger, 20_000)
  onTestFinished(() => sender.close())
  const outbox = createOutbox(sender)
  return (value: string) =>
    outbox.append([{ topic, partition: 0, key: 'k', value: Buffer.from(value) }])
}

test('kafkajs by itself loses a message when a reply is lost while two sends are in flight', async () => {
  const broker = await createBroker()
  const producer = clientOf(broker).producer({ idempotent: true, createPartitioner: () => () => 0 })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const send = (value: string) =>
    producer.send({ topic, messages: [{ value }], compression: CompressionTypes.GZIP })
  broker.failNextReply('lost')
  await Promise.all([send('A'), send('B')])
  // Both were acknowledged; the one that reached the broker first stands there twice, the other not at all.
  expect(broker.values).toHaveLength(2)
  expect(new Set(broker.values).size).toBe(1)
})

test('two appends at the same time both stand in the log when the reply to the first is lost', async () => {
  const broker = await createBroker()
  const append = createAppend(broker)
  broker.failNextReply('lost')
  const first = append('A')
  await broker.requested(1)
  expect(await Promise.all([first, append('B')])).toEqual([[0], [1]])
  expect(broker.values).toEqual(['A', 'B'])
})

test('what is in doubt is sent again by a new producer, and what follows stands behind it', async () => {
  const broker = await createBroker()
  const append = createAppend(broker)
  broker.failNextReply('unknown-error')
  const first = append('A')
  await broker.requested(1)
  expect(await Promise.all([first, append('B')])).toEqual([[1], [2]])
  expect(broker.values).toEqual(['A', 'A', 'B'])
})

test('appends that are made while a send is in flight go together in the next', async () => {
  const broker = await createBroker()
  const append = createAppend(broker)
  const first = append('A')
  await broker.requested(1)
  const others = ['B', 'C', 'D'].map((value) => append(value))
  expect(await Promise.all([first, ...others])).toEqual([[0], [1], [2], [3]])
  expect(broker.values).toEqual(['A', 'B', 'C', 'D'])
  await broker.requested(2)
})
