import { Kafka, logLevel } from 'kafkajs'

/** The index of the broker that leads a partition. */
export async function leaderOf(
  brokers: readonly string[],
  topic: string,
  partition: number,
): Promise<number> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  await admin.disconnect()
  const leader = topics[0]?.partitions.find((one) => one.partitionId === partition)?.leader
  if (leader === undefined) throw new Error('the partition has no leader')
  return leader - 1
}
