import type { EventType } from '../../schemas/events/event-types.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog } from '../log/log.ts'
import { shardsOf } from '../log/shards.ts'
import { placementsOf, type LedgerTopic } from '../log/topics.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import { readRecords } from '../runner/shard-writer.ts'
import { createGate } from '../runtime/gate.ts'
import { positionOf } from '../runtime/position.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What is read elsewhere again and again, and mostly says what it said before: plans, forecasts. */
export interface Readings {
  /**
   * Appends those that say something else than the last reading, before them, of the same time did. They are of one instant,
   * each of another entity.
   */
  append(events: readonly LedgerEvent[]): Promise<Appended>
}

export interface Appended {
  readonly set: number
  readonly unchanged: number
}

export interface ReadingsOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly topic: LedgerTopic
  readonly type: EventType
}

/**
 * What was said last is looked up in the tables, which are behind: until they show what was appended of an entity, here or
 * before this process began, any reading of it counts as another, be it the same. The folds know that it is none.
 */
export function createReadings({ log, warehouse, topic, type }: ReadingsOptions): Readings {
  // One after the other: each must know what the one before has appended.
  const { closed } = createGate()
  /** By entity the id of what was appended last, as long as the tables are not known to show it. */
  const unshown = new Map<string, string>()
  let isTailKnown = false

  /** What the tables did not show yet when this process began. False: that is too much, so that nobody can say. */
  async function readTail(): Promise<boolean> {
    const epoch = log.epoch(topic)
    const rows = await warehouse.query<Readonly<Record<'partition' | 'last', number>>>(
      `SELECT partition, max(position) AS last FROM events
       WHERE topic = {topic:String} AND at > (SELECT max(at) FROM events) - INTERVAL 31 DAY GROUP BY partition`,
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
          if (event.type === type) unshown.set(entityOf(event), event.id)
        }
      }
    }
    return true
  }

  async function lastTold(events: readonly LedgerEvent[]): Promise<ReadonlyMap<string, string>> {
    const rows = await warehouse.query<LastTold>(
      `SELECT entity,
         argMaxIf(concat(toString(toUnixTimestamp64Milli(assumeNotNull(since))), ' ',
             toString(toUnixTimestamp64Milli(assumeNotNull(until))), ' ', ifNull(attributes, '')),
           (at, id),
           at <= fromUnixTimestamp64Milli({at:Int64}) AND since < fromUnixTimestamp64Milli({to:Int64})
             AND until > fromUnixTimestamp64Milli({from:Int64})) AS told,
         groupUniqArrayIf(id, id IN {unshown:Array(String)}) AS shown
       FROM events
       WHERE topic = {topic:String} AND type = {type:String} AND entity IN {entities:Array(String)}
         AND (id IN {unshown:Array(String)} OR at <= fromUnixTimestamp64Milli({at:Int64})
           AND since < fromUnixTimestamp64Milli({to:Int64}) AND until > fromUnixTimestamp64Milli({from:Int64}))
       GROUP BY entity`,
      {
        ...{ topic, type, unshown: [...unshown.values()] },
        entities: [...new Set([...events.map(entityOf), ...unshown.keys()])],
        at: Math.max(...events.map(({ at }) => at)),
        from: Math.min(...events.map(({ since }) => since ?? 0)),
        to: Math.max(...events.map(({ until }) => until ?? 0)),
      },
    )
    for (const { entity, shown } of rows) {
      if (shown.includes(unshown.get(entity) ?? '')) unshown.delete(entity)
    }
    return new Map(rows.map(({ entity, told }) => [entity, told]))
  }

  return {
    append: (events) =>
      closed(async () => {
        if (events.length === 0) return { set: 0, unchanged: 0 }
        isTailKnown ||= await readTail()
        const last = await lastTold(events)
        const changed = events.filter((event) => {
          const entity = entityOf(event)
          return !isTailKnown || unshown.has(entity) || last.get(entity) !== toldBy(event)
        })
        // Before it is known to be there: of an append that fails some may be.
        for (const event of changed) unshown.set(entityOf(event), event.id)
        await appendEvents(log, changed)
        return { set: changed.length, unchanged: events.length - changed.length }
      }),
  }
}

const recordsMax = 1_000
/** A second's work; where the tables are further behind, it is no time to be sparing with what is appended. */
const tailMax = 50_000

interface LastTold extends Readonly<Record<string, unknown>> {
  readonly entity: string
  readonly told: string
  readonly shown: readonly string[]
}

function toldBy({ since, until, attributes }: LedgerEvent): string {
  return `${since ?? ''} ${until ?? ''} ${attributes ?? ''}`
}

function entityOf(event: LedgerEvent): string {
  return placementsOf(event)[0]?.key ?? ''
}
