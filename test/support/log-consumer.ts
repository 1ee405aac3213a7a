import type { Lease, LogRecord, Shard, ShardConsumer } from '../../services/log/log.ts'

/** What outlives a consumer: its positions, and who holds which shard. Shared by the members of a group. */
export interface GroupRecord {
  readonly positions: Map<string, number>
  readonly holders: Map<string, Set<ShardConsumer>>
  /** The largest number of members that ever held one shard at the same time. */
  holdersMax: number
}

export interface LogConsumer extends ShardConsumer {
  /** In the order in which their batches were done. */
  records(shard?: Shard): readonly LogRecord[]
  held(): readonly string[]
  /** Promises that were seen broken: gaps, overlapping calls, a shard gained twice. */
  readonly faults: string[]
  readonly gains: Map<string, number>
}

export type OnBatch = (shard: Shard, records: readonly LogRecord[], lease: Lease) => Promise<void>

export function createGroupRecord(): GroupRecord {
  return { positions: new Map(), holders: new Map(), holdersMax: 0 }
}

/** A consumer that keeps what it is given and watches over what it was promised. */
export function createLogConsumer(
  group: GroupRecord = createGroupRecord(),
  onBatch: OnBatch = () => Promise.resolve(),
): LogConsumer {
  const seen: { readonly name: string; readonly record: LogRecord }[] = []
  const faults: string[] = []
  const busy = new Set<string>()
  const expected = new Map<string, number>()
  const gains = new Map<string, number>()

  const consumer: LogConsumer = {
    faults,
    gains,
    records: (shard) =>
      seen.filter(({ name }) => !shard || name === nameOf(shard)).map(({ record }) => record),
    held: () => [...expected.keys()].sort(),
    gained: (shard) =>
      alone(shard, 'gained', () => {
        const name = nameOf(shard)
        if (expected.has(name)) faults.push(`${name} gained twice`)
        const holders = group.holders.get(name) ?? new Set()
        group.holders.set(name, holders.add(consumer))
        group.holdersMax = Math.max(group.holdersMax, holders.size)
        const from = group.positions.get(name) ?? 0
        expected.set(name, from)
        gains.set(name, (gains.get(name) ?? 0) + 1)
        return Promise.resolve(from)
      }),
    batch: (shard, records, lease) =>
      alone(shard, 'batch', async () => {
        const name = nameOf(shard)
        records.forEach((record, index) => {
          const due = (expected.get(name) ?? -1) + index
          if (record.offset !== due) faults.push(`${name} gave ${record.offset}, not ${due}`)
        })
        if (!lease.held()) faults.push(`${name} was given without a lease`)
        await onBatch(shard, records, lease)
        for (const record of records) seen.push({ name, record })
        const next = (records.at(-1)?.offset ?? -1) + 1
        expected.set(name, next)
        group.positions.set(name, next)
      }),
    lost: (shard) =>
      alone(shard, 'lost', () => {
        const name = nameOf(shard)
        if (!expected.delete(name)) faults.push(`${name} lost without being held`)
        group.holders.get(name)?.delete(consumer)
        return Promise.resolve()
      }),
  }

  async function alone<T>(shard: Shard, step: string, action: () => Promise<T>): Promise<T> {
    const name = nameOf(shard)
    if (busy.has(name)) faults.push(`${step} of ${name} overlaps another call`)
    busy.add(name)
    try {
      return await action()
    } finally {
      busy.delete(name)
    }
  }

  return consumer
}

export function nameOf(shard: Shard): string {
  return `${shard.topic}/${shard.partition}`
}
