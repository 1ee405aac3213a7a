import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isIntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Contribution, OwnRow } from '../projections/projection.ts'
import { publishedUntil, standing, type Published } from '../projections/published.ts'
import type { Restated } from '../projections/restatements.ts'
import { valuesOf, type RowSums } from '../projections/row-sums.ts'
import { isSame } from './changes.ts'
import type { Entity } from './entity.ts'

/** A row that is out, and that an entity has a part in. */
export interface PublishedRow extends Pick<Restated, 'table' | 'key' | 'standing'> {
  /** Several entities make it together. */
  readonly isShared: boolean
}

/** The rows that are out and that differ between what an entity came to and what it comes to, by name. */
export function publishedRows(
  before: Contribution,
  after: Contribution,
  published: Published,
  intervalMs: number,
): ReadonlyMap<string, PublishedRow> {
  const out = new Map<string, PublishedRow>()
  const until = publishedUntil(published)
  if (until === 0) return out
  const note = (name: string, { table, key }: Pick<OwnRow, 'table' | 'key'>, isShared: boolean) => {
    const from = Number(key['interval_start'])
    if (!isIntervalTable(table) || from >= until) return
    const how = standing(published, table, { from, to: from + intervalMs })
    if (how !== null) out.set(name, { table, key, standing: how, isShared })
  }
  for (const [one, other] of [
    [before, after],
    [after, before],
  ] as const) {
    for (const [name, row] of one.rows) {
      if (!isSame(other.rows.get(name)?.values, row.values)) note(name, row, false)
    }
    for (const [name, cell] of one.cells) {
      if (!isSame(other.cells.get(name)?.values, cell.values)) note(name, cell, true)
    }
  }
  return out
}

/** What these rows say while the entity comes to this; null where there is no row. */
export function rowsNow(
  out: ReadonlyMap<string, PublishedRow>,
  { rows }: Contribution,
  sums: RowSums,
): ReadonlyMap<string, OwnRow['values'] | null> {
  return new Map(
    [...out].map(([name, { isShared }]) => {
      if (!isShared) return [name, rows.get(name)?.values ?? null]
      const sum = sums.get(name)
      return [name, sum === undefined ? null : valuesOf(sum)]
    }),
  )
}

/** Whether an entity that these events came for may have a part in rows that are out. */
export function reachesPublished(
  entity: Pick<Entity, 'window' | 'timeline'> | undefined,
  arrived: readonly { readonly event: LedgerEvent }[],
  published: Published,
): boolean {
  const until = publishedUntil(published)
  if (until === 0) return false
  const reaches = (event: LedgerEvent) => reachOf(event) < until
  if (arrived.some(({ event }) => reaches(event))) return true
  if (entity === undefined) return false
  return entity.window.from > 0 ? entity.window.from < until : entity.timeline.some(reaches)
}

/** The earliest that an event tells of by itself: of the activity that it ended it tells when that began (U10), of a plan its beginning. */
function reachOf({ at, timeInPreviousActivityMs, since }: LedgerEvent): Instant {
  return Math.min(at - (timeInPreviousActivityMs ?? 0), since ?? Infinity)
}
