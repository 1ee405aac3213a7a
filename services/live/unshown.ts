import type { EventType } from '../../schemas/events/event-types.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog } from '../log/log.ts'
import { shardsOf } from '../log/shards.ts'
import type { LedgerTopic } from '../log/topics.ts'
import { readRecords } from '../runner/shard-writer.ts'
import { createGate } from '../runtime/gate.ts'
import { positionOf } from '../runtime/position.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/**
 * For who decides by the tables what he appends: they are behind, so he keeps in mind what they do not show yet. What he
 * appends himself he knows; of what was appended before this process began he is told here.
 */
export interface Unshown {
  /**
   * One after the other: each must know what the one before has appended. Not all is known where the tables were too far
   * behind to be told of.
   */
  readonly inTurn: <T>(work: (isAllKnown: boolean) => Promise<T>) => Promise<T>
  /** An append has failed, so some of it may be there: who comes next is told of all again. */
  readonly doubt: () => void
}

export interface UnshownOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly topic: LedgerTopic
  readonly type: EventType
  /** Is told of each event that the tables may not show, in the order in which they were appended. */
  readonly note: (event: LedgerEvent) => void
}

export function createUnshown({ log, warehouse, topic, type, note }: UnshownOptions): Unshown {
  const { closed } = createGate()
  let isTailKnown = false

  /** False: the tables lack so much that nobody can say. */
  async function readTail(): Promise<boolean> {
    const epoch = log.epoch(topic)
    // By the clock of the ledger: what is told of time to come bears a time that has not come.
    const rows = await warehouse.query<Readonly<Record<'partition' | 'last', number>>>(
      `SELECT partition, max(position) AS last FROM events
       WHERE topic = {topic:String} AND at > (
         SELECT max(e.at) FROM events AS e
         WHERE e.topic = 'ledgerline.tasks' AND e.entity = '' AND e.type = 'clock.ticked'
       ) - INTERVAL 31 DAY GROUP BY partition`,
      { topic },
    )
    const shown = new Map(rows.map(({ partition, last }) => [partition, last]))
    const ends = await log.end(topic)
    const tails = shardsOf([topic], () => ends.length).map((shard) => {
      // A position less that of nothing is the offset of the next; one of another life of the topic is none.
      const from = Math.max(0, (shown.get(shard.partition) ?? 0) - positionOf(epoch, -1))
      return { shard, from, length: (ends[shard.partition] ?? 0) - from }
    })
    if (tails.reduce((sum, { length }) => sum + length, 0) > tailMax) return false
    for (const { shard, from } of tails) {
      for await (const records of log.read(shard, from, recordsMax)) {
        for (const { event } of readRecords(epoch, records).arrivals) {
          if (event.type === type) note(event)
        }
      }
    }
    return true
  }

  return {
    inTurn: (work) =>
      closed(async () => {
        isTailKnown ||= await readTail()
        return work(isTailKnown)
      }),
    doubt: () => {
      isTailKnown = false
    },
  }
}

const recordsMax = 1_000
/** A second's work; where the tables are further behind, it is no time to look at all that they lack. */
const tailMax = 50_000
