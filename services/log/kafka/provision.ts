import type { Admin, Kafka } from 'kafkajs'
import { recordBytesMax } from '../../../schemas/avro/codec.ts'
import { systemClock } from '../../runtime/clock.ts'
import { retry } from '../../runtime/retry.ts'
import { toLogError } from './kafka-error.ts'

export interface TopicPlan {
  readonly partitions: number
  readonly replicationFactor: number | undefined
  /** Topics of which the newest record of each key is enough, once some days are over. */
  readonly compacted: ReadonlySet<string>
}

export interface FoundTopics {
  readonly partitions: ReadonlyMap<string, number>
  /** Those that did not exist and were made by this call. */
  readonly created: ReadonlySet<string>
}

/**
 * Makes the topics that are missing, and answers how many partitions each has. One that exists is used as it is. Rejects
 * with `LOG_UNAVAILABLE`.
 */
export async function provisionTopics(
  kafka: Kafka,
  names: readonly string[],
  metaTopic: string,
  plan: TopicPlan,
): Promise<FoundTopics> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const replicas = plan.replicationFactor ?? (await replicasOf(admin))
    const existing = new Set(await admin.listTopics())
    const created = new Set<string>()
    // One that is made later, as by a newer hub, is divided as the others are: a shard's output stands beside its input.
    const [sibling] = names.filter((name) => existing.has(name))
    const count = sibling === undefined ? plan.partitions : await partitionsNow(admin, sibling)
    for (const name of [metaTopic, ...names].filter((one) => !existing.has(one))) {
      const isMeta = name === metaTopic
      const settings = plan.compacted.has(name) ? outputSettings : ledgerSettings
      const made = await admin.createTopics({
        // kafkajs asks one broker once, which may not have heard of the topic yet; see partitionsOf.
        waitForLeaders: false,
        topics: [
          {
            topic: name,
            numPartitions: isMeta ? 1 : count,
            replicationFactor: replicas,
            configEntries: entriesOf(isMeta ? metaSettings : settings, replicas),
          },
        ],
      })
      // False when another process was quicker.
      if (made) created.add(name)
    }
    const ask = () => partitionsOf(admin, [metaTopic, ...names])
    const partitions = await retry(ask, spreadRetry, systemClock)
    partitions.delete(metaTopic)
    return { partitions, created }
  } catch (error) {
    throw toLogError('the topics cannot be made ready', error)
  } finally {
    await admin.disconnect()
  }
}

async function partitionsNow(admin: Admin, name: string): Promise<number> {
  const counts = await retry(() => partitionsOf(admin, [name]), spreadRetry, systemClock)
  return counts.get(name) ?? 0
}

/** Kept for ever. The log's own time of arrival is the one that counts, whatever a producer's clock says. */
const ledgerSettings = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'LogAppendTime',
  // A record that cannot be compressed still has to fit, with what a batch puts around it.
  'max.message.bytes': String(recordBytesMax + 1024 * 1024),
}

/**
 * Whole for three days, for those who read on from where they were; of what is older, the newest of each key for ever: a
 * state that has lasted for longer must still be told.
 */
const outputSettings = {
  ...{ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(3 * 86_400_000) },
  'message.timestamp.type': 'LogAppendTime',
}

const metaSettings = { 'cleanup.policy': 'compact' }

function entriesOf(settings: Readonly<Record<string, string>>, replicas: number) {
  // With acks=all an append is then on two disks at least, and one broker of three may be away.
  const inSync: [string, string][] = replicas >= 3 ? [['min.insync.replicas', '2']] : []
  return [...Object.entries(settings), ...inSync].map(([name, value]) => ({ name, value }))
}

async function replicasOf(admin: Admin): Promise<number> {
  const { brokers } = await admin.describeCluster()
  return Math.min(3, brokers.length)
}

/** A new topic is known to all brokers, with a leader for each partition, a moment after it was made. */
const spreadRetry = { attemptsMax: 30, firstDelayMs: 50, delayMaxMs: 1_000 }

/** How many partitions each topic has. Rejects with `LOG_UNAVAILABLE` while one is missing or not led. */
export async function partitionsOf(
  admin: Admin,
  names: readonly string[],
): Promise<Map<string, number>> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
    const counts = topics
      .filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
      .map(({ name, partitions }) => [name, partitions.length] as const)
    const found = new Map(counts)
    const missing = names.filter((name) => !found.get(name))
    if (missing.length > 0) throw new Error(`not all partitions of ${missing.join(', ')} are led`)
    return found
  } catch (cause) {
    throw toLogError('the topics are not ready', cause)
  }
}
