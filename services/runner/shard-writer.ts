import { CodecError, decodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { LogRecord, Shard } from '../log/log.ts'
import { placementsOf } from '../log/topics.ts'
import { positionOf } from '../runtime/position.ts'
import type { Row, Warehouse } from '../warehouse/warehouse.ts'
import type { Written } from './changes.ts'
import { dimensionSightings } from './dimension-sightings.ts'
import { toEventRow } from './event-rows.ts'
import { isOlder, type OlderMonths } from './months.ts'
import { routingSightings } from './routing-sightings.ts'
import type { Arrival } from './arrivals.ts'

/** A record that is no event: it is set aside, and the shard goes on. */
export interface Poison {
  readonly record: LogRecord
  readonly reason: string
}

/** The records of a batch as events with their places, and those that are none. */
export function readRecords(
  epoch: number,
  records: readonly LogRecord[],
): { readonly arrivals: readonly Arrival[]; readonly poison: readonly Poison[] } {
  const arrivals: Arrival[] = []
  const poison: Poison[] = []
  for (const record of records) {
    const event = eventOf(record)
    if (event instanceof CodecError) poison.push({ record, reason: event.code })
    else {
      const position = positionOf(epoch, record.offset)
      arrivals.push({ event, entity: record.key, position })
    }
  }
  return { arrivals, poison }
}

function eventOf(record: LogRecord): LedgerEvent | CodecError {
  try {
    return decodeEvent(record.value)
  } catch (error) {
    if (error instanceof CodecError) return error
    throw error
  }
}

/**
 * Events first, and what they tell of names and routing: a timeline is loaded from them, so they must be there before anything says
 * that they were folded. A crash on the way leaves rows that the next run writes again, equal. Rows of older months are left
 * out.
 */
export async function writeEvents(
  warehouse: Warehouse,
  shard: Shard,
  arrivals: readonly Arrival[],
  older: OlderMonths | null = null,
): Promise<void> {
  // What every partition is told stands in the table once, as the first partition had it.
  const rows = arrivals
    .filter(({ event, entity }) => shard.partition === 0 || !isForAll(event, entity, shard))
    .filter(({ event }) => older === null || !isOlder(older, 'events', event))
    .map(({ event, entity, position }) => toEventRow(event, { shard, position, entity }))
  const sightings = dimensionSightings(arrivals.map(({ event }) => event))
  const routing = routingSightings(shard.topic, arrivals)
  await Promise.all([
    rows.length > 0 && warehouse.insert('events', rows),
    sightings.length > 0 && warehouse.insert('dimension_sightings', sightings),
    routing.length > 0 && warehouse.insert('routing_sightings', routing),
  ])
}

/** How far time has come in the rows: after them, so that it is never said too soon. */
export function writeTick(
  warehouse: Warehouse,
  { topic, partition }: Shard,
  ticked: Instant,
  position: number,
): Promise<void> {
  return warehouse.insert('shard_ticks', [{ topic, partition, ticked_at: ticked, position }])
}

/** What is the ledger's own rather than a workspace's has no name either, and stands in one partition alone. */
function isForAll(event: LedgerEvent, entity: string, { topic }: Shard): boolean {
  if (entity !== '') return false
  return placementsOf(event).some((place) => place.topic === topic && place.everywhere)
}

/** Rows whole, with their version; a row that is gone as its key and a mark. Rows of older months are left out. */
export async function writeRows(
  warehouse: Warehouse,
  written: readonly Written[],
  older: OlderMonths | null = null,
): Promise<void> {
  const byTable = new Map<string, Row[]>()
  for (const { table, key, values, version } of written) {
    if (older !== null && isOlder(older, table, key)) continue
    const row = { ...key, ...values, version, is_deleted: values === null ? 1 : 0 }
    const rows = byTable.get(table)
    if (rows === undefined) byTable.set(table, [row])
    else rows.push(row)
  }
  for (const [table, rows] of byTable) await warehouse.insert(table, rows)
}
