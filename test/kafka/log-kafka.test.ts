import { afterAll, beforeAll, describe } from 'vitest'
import { logContract } from '../contract/log.contract.ts'
import { logGroupsContract } from '../contract/log.groups.contract.ts'
import { startKafka, type KafkaCluster } from '../support/kafka-broker.ts'
import { createKafkaPlace } from '../support/log-place.ts'

describe('the log on Kafka', () => {
  let cluster: KafkaCluster | undefined
  let brokers = process.env.KAFKA_BROKERS?.split(',') ?? []

  beforeAll(async () => {
    if (brokers.length > 0) return
    cluster = await startKafka({ brokers: 1 })
    brokers = [...cluster.brokers]
  })

  afterAll(() => cluster?.close())

  const createPlace = () => createKafkaPlace(brokers)
  logContract(createPlace)
  logGroupsContract(createPlace, { lostBeforeGained: false, settleMs: 30_000 })
})
