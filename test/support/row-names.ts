import type { PlainRow } from './fold-all.ts'

/** Rows by table as texts in an order of their own, so that the same rows are equal. */
export function byName(
  tables: ReadonlyMap<string, readonly PlainRow[]>,
): Record<string, readonly string[]> {
  return Object.fromEntries([...tables].map(([table, rows]) => [table, rows.map(nameOf).sort()]))
}

export function nameOf(row: PlainRow): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
}
