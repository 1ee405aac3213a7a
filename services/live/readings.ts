import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf } from '../log/topics.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import { createUnshown, type UnshownOptions } from './unshown.ts'

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

export type ReadingsOptions = Omit<UnshownOptions, 'note'>

/**
 * What was said last is looked up in the tables, which are behind: until they show what was appended of an entity, here or
 * before this process began, any reading of it counts as another, be it the same. The folds know that it is none.
 */
export function createReadings(options: ReadingsOptions): Readings {
  const { log, warehouse, topic, type } = options
  /** By entity the id of what was appended last, as long as the tables are not known to show it. */
  const unshown = new Map<string, string>()
  const note = (event: LedgerEvent) => unshown.set(entityOf(event), event.id)
  const { inTurn } = createUnshown({ ...options, note })

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

  async function append(events: readonly LedgerEvent[], isAllKnown: boolean): Promise<Appended> {
    const last = await lastTold(events)
    const changed = events.filter((event) => {
      const entity = entityOf(event)
      return !isAllKnown || unshown.has(entity) || last.get(entity) !== toldBy(event)
    })
    // Before it is known to be there: of an append that fails some may be.
    changed.forEach(note)
    await appendEvents(log, changed)
    return { set: changed.length, unchanged: events.length - changed.length }
  }

  return {
    async append(events) {
      if (events.length === 0) return { set: 0, unchanged: 0 }
      return inTurn((isAllKnown) => append(events, isAllKnown))
    },
  }
}

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
