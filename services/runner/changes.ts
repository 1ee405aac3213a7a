import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { tables, type TableName } from '../../schemas/tables/tables.ts'
import type { Contribution, OwnRow } from '../projections/projection.ts'
import { valuesOf, type RowSums } from '../projections/row-sums.ts'
import type { Restated } from '../projections/restatements.ts'
import type { Chapter, ReservationEntry } from './shard-store.ts'

/** A row to be written: whole, or gone (`values` null), as of a position in the ledger. */
export interface Written {
  readonly table: TableName
  readonly key: OwnRow['key']
  readonly values: OwnRow['values'] | null
  readonly version: number
}

/** What has changed since it was last written down: the newest state of each row, entity and sum that was touched. */
export interface Changes {
  readonly rows: Map<string, Written>
  readonly derived: Map<string, LedgerEvent>
  /** Ids of what was derived before and does not follow any more; where it was appended it stays, and does no harm. */
  readonly withdrawn: Set<string>
  readonly entities: Set<string>
  /** By entity, in the order in which they were opened. */
  readonly chapters: Map<string, Chapter[]>
  readonly reservations: Map<string, ReservationEntry>
  readonly sums: Set<string>
  /** By record and row, what was out and is changed. */
  readonly restated: Map<string, Restated>
}

export function noChanges(): Changes {
  return {
    rows: new Map(),
    derived: new Map(),
    withdrawn: new Set(),
    entities: new Set(),
    chapters: new Map(),
    reservations: new Map(),
    sums: new Set(),
    restated: new Map(),
  }
}

/**
 * Notes what it changes that an entity now comes to this and no longer to that, by the record at `version`. `between` are
 * states that somebody else may have written meanwhile: rows that were different in one of them are written again.
 *
 * Entities are not noted in the order of their records. What several make together keeps the latest version of all: else
 * a row that somebody has written half-way, with less in it, could bear a later one than ours and hold.
 */
export function noteContribution(
  changes: Changes,
  { before, between, after }: Passage,
  sums: RowSums,
  shard: number,
  version: number,
): void {
  const passed = [before, ...between]
  for (const [name, row] of after.rows) {
    if (passed.every((past) => isSame(past.rows.get(name)?.values, row.values))) continue
    changes.rows.set(name, { ...row, key: placed(row, shard), version })
  }
  for (const past of passed) {
    for (const [name, row] of past.rows) {
      if (after.rows.has(name)) continue
      changes.rows.set(name, { ...row, key: placed(row, shard), values: null, version })
    }
  }
  const touched = new Set(sums.change(before.cells, after.cells))
  for (const past of between) for (const name of past.cells.keys()) touched.add(name)
  for (const name of touched) {
    const row = sums.get(name) ?? between.find(({ cells }) => cells.has(name))?.cells.get(name)
    if (row === undefined) continue
    changes.sums.add(name)
    const known = sums.get(name)
    const values = known === undefined ? null : valuesOf(known)
    changes.rows.set(name, {
      ...{ table: row.table, key: placed(row, shard), values },
      version: Math.max(version, changes.rows.get(name)?.version ?? 0),
    })
  }
  noteDerived(changes, before.derived, after.derived)
}

/** Notes what a record did to a row that was out. Should it do so by several entities, it is one change. */
export function noteRestated(changes: Changes, name: string, restated: Restated): void {
  const id = `${restated.cause.position}\n${name}`
  const old = changes.restated.get(id)
  changes.restated.set(id, old === undefined ? restated : { ...restated, old: old.old })
}

function noteDerived(
  changes: Changes,
  before: readonly LedgerEvent[],
  after: readonly LedgerEvent[],
): void {
  const lacks = (events: readonly LedgerEvent[], id: string) =>
    events.every((event) => event.id !== id)
  for (const event of after) {
    if (!lacks(before, event.id)) continue
    changes.derived.set(event.id, event)
    changes.withdrawn.delete(event.id)
  }
  for (const { id } of before) {
    if (!lacks(after, id)) continue
    changes.derived.delete(id)
    changes.withdrawn.add(id)
  }
}

/** From what an entity came to to what it comes to now, by what it came to on the way. */
export interface Passage {
  readonly before: Contribution
  readonly between: readonly Contribution[]
  readonly after: Contribution
}

/** Rows that several shards may have a part in say whose part they are. */
export function placed(
  row: { readonly table: TableName; readonly key: OwnRow['key'] },
  shard: number,
) {
  const { key }: { readonly key: readonly string[] } = tables[row.table]
  return key.includes('shard') ? { ...row.key, shard } : row.key
}

/** Whether two rows say the same, in whatever order their columns stand. */
export function isSame(a: OwnRow['values'] | undefined, b: OwnRow['values']): boolean {
  if (a === undefined) return false
  const names = Object.keys(b)
  return names.length === Object.keys(a).length && names.every((name) => isEqual(a[name], b[name]))
}

function isEqual(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((value, index) => value === b[index])
}
