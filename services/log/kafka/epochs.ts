import { z } from 'zod'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { Fetcher } from './fetcher.ts'
import type { Outbox } from './outbox.ts'
import type { FoundTopics } from './provision.ts'

/**
 * What is remembered of a topic in the meta topic, under the topic's name. `ends` is how far each partition went when
 * the topic was last looked at: no more than a lower bound.
 */
const memorySchema = z.object({
  epoch: z.int().min(1),
  partitions: z.int().min(1),
  ends: z.array(z.int()),
})
type Memory = z.infer<typeof memorySchema>

/**
 * Which life of each topic this is. Offsets of a topic that is made anew begin at 0 again, and rows that were written
 * from the old one would win against those from the new, so the number of the life comes before the offset in every
 * version. Kafka has an id for each life of a topic, but kafkajs cannot ask for it; so the count is kept beside the
 * topics, in a compacted topic of its own, and grows when this process has made the topic, or when it finds it shorter
 * than it once was. Not noticed is only a topic that others delete, make again and fill beyond its old ends before any
 * process of the hub looks.
 *
 * Rejects with `LOG_UNAVAILABLE`, not retryable, when partitions were added to a topic: keys would be placed anew, and
 * an entity's events would stand in two of them.
 */
export async function readEpochs(
  metaTopic: string,
  { partitions, created }: FoundTopics,
  fetcher: Fetcher,
  outbox: Outbox,
): Promise<ReadonlyMap<string, number>> {
  const remembered = await readMemories(metaTopic, fetcher)
  const epochs = new Map<string, number>()
  for (const [topic, count] of partitions) {
    const memory = remembered.get(topic)
    const ends = [...(await fetcher.ends(topic, count))]
    const anew = created.has(topic) || memory === undefined || isShorter(ends, memory.ends)
    if (!anew && memory.partitions !== count) throw grownError(topic, memory.partitions, count)
    const epoch = anew ? (memory?.epoch ?? 0) + 1 : memory.epoch
    epochs.set(topic, epoch)
    await remember(topic, { epoch, partitions: count, ends })
  }
  return epochs

  async function remember(topic: string, memory: Memory): Promise<void> {
    const value = Buffer.from(JSON.stringify(memory))
    await outbox.append([{ topic: metaTopic, partition: 0, key: topic, value }])
  }
}

function isShorter(ends: readonly number[], before: readonly number[]): boolean {
  return before.some((end, partition) => (ends[partition] ?? 0) < end)
}

async function readMemories(
  metaTopic: string,
  fetcher: Fetcher,
): Promise<ReadonlyMap<string, Memory>> {
  const memories = new Map<string, Memory>()
  const [end = 0] = await fetcher.ends(metaTopic, 1)
  if (end === 0) return memories
  const reading = new AbortController()
  // The last record of a compacted log stays, so its offset is always reached.
  const records = fetcher.records(metaTopic, 0, 0, reading.signal, { to: end, dense: false })
  for await (const batch of records) {
    for (const { key, value } of batch) {
      memories.set(key, memorySchema.parse(JSON.parse(Buffer.from(value).toString())))
    }
  }
  return memories
}

function grownError(topic: string, before: number, now: number): LedgerlineError {
  const message = `${topic} had ${before} partitions and has ${now}: keys would be placed anew`
  return new LedgerlineError('LOG_UNAVAILABLE', message, { retryable: false })
}
