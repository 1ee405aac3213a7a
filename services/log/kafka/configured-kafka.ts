import type { Config } from '../../runtime/config.ts'
import { saslOf } from './sasl.ts'

/** How the brokers are reached, as the settings say. */
export function kafkaOptions(config: Config) {
  const { KAFKA_REPLICATION_FACTOR: replicationFactor } = config
  const { KAFKA_SASL_MECHANISM: mechanism } = config
  const { KAFKA_SASL_USERNAME: username = '', KAFKA_SASL_PASSWORD: password = '' } = config
  return {
    brokers: config.KAFKA_BROKERS,
    clientId: config.KAFKA_CLIENT_ID,
    ssl: config.KAFKA_SSL,
    ...(mechanism === undefined ? {} : { sasl: saslOf(mechanism, username, password) }),
    ...(replicationFactor === undefined ? {} : { replicationFactor }),
  }
}
