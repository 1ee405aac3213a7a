import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { tables, type TableName } from '../../schemas/tables/tables.ts'
import type { Contribution, OwnRow } from '../projections/projection.ts'
import { valuesOf, type RowSums } from '../projections/row-sums.ts'
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
  readonly entities: Set<string>
  readonly chapters: Chapter[]
  readonly reservations: Map<string, ReservationEntry>
  readonly sums: Set<string>
}

export function noChanges(): Changes {
  return {
    rows: new Map(),
    derived: new Map(),
    entities: new Set(),
    chapters: [],
    reservations: new Map(),
    sums: new Set(),
  }
}

/** Notes what it changes that an entity now comes to this and no longer to that, by the record at `version`. */
export function noteContribution(
  changes: Changes,
  before: Contribution,
  after: Contribution,
  sums: RowSums,
  shard: number,
  version: number,
): void {
  for (const [name, row] of after.rows) {
    if (isSame(before.rows.get(name)?.values, row.values)) continue
    changes.rows.set(name, { ...row, key: placed(row, shard), version })
  }
  for (const [name, row] of before.rows) {
    if (after.rows.has(name)) continue
    changes.rows.set(name, { ...row, key: placed(row, shard), values: null, version })
  }
  for (const name of sums.change(before.cells, after.cells)) {
    const row = sums.get(name)
    if (row === undefined) continue
    changes.sums.add(name)
    const key = placed(row, shard)
    changes.rows.set(name, { table: row.table, key, values: valuesOf(row), version })
  }
  for (const event of after.derived) {
    if (before.derived.some(({ id }) => id === event.id)) continue
    changes.derived.set(event.id, event)
  }
}

/** Rows that several shards may have a part in say whose part they are. */
function placed(row: { readonly table: TableName; readonly key: OwnRow['key'] }, shard: number) {
  const { key }: { readonly key: readonly string[] } = tables[row.table]
  return key.includes('shard') ? { ...row.key, shard } : row.key
}

function isSame(a: OwnRow['values'] | undefined, b: OwnRow['values']): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
