import { Kafka, logLevel, type Cluster, type KafkaConfig, type logCreator } from 'kafkajs'
import type { Logger } from '../../runtime/logger.ts'

export interface KafkaClientOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl?: KafkaConfig['ssl']
  readonly sasl?: KafkaConfig['sasl']
  readonly logger: Logger
}

export function createKafkaClient(options: KafkaClientOptions): Kafka {
  const { brokers, clientId, ssl, sasl, logger } = options
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    // kafkajs gives up a connection after one second otherwise, which a busy broker does not always manage.
    connectionTimeout: 10_000,
    requestTimeout: 20_000,
    // kafkajs tries again on every level, and the tries multiply, so on the lowest there are few.
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
    logLevel: logLevel.WARN,
    logCreator: logInto(logger),
  })
}

/**
 * The part of kafkajs that knows which broker leads what and speaks to it. A consumer's assigner is handed it, so a
 * consumer that is never started is the public way to it. Kafkajs itself reads partitions only for members of a group.
 */
export function clusterOf(kafka: Kafka): Cluster {
  let found: Cluster | undefined
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        return {
          name: 'none',
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (found === undefined) throw new Error('kafkajs has made a consumer without its assigner')
  return found
}

/** kafkajs calls an error what it tries again a moment later; what comes of it is for the callers to report. */
function logInto(logger: Logger): logCreator {
  return () =>
    ({ namespace, log }) => {
      logger.debug({ namespace, reason: log.message }, 'kafka client reports')
    }
}
