import type { Instant } from '../../schemas/events/instant.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'

/** The tables that lie in months of UTC, each with the column that says in which a row lies: it never moves to another. */
export const monthColumns: ReadonlyMap<string, string> = new Map([
  ['events', 'at'],
  ['agent_states', 'started_at'],
  ['agent_activities', 'started_at'],
  ['agent_wfm_states', 'started_at'],
  ['schedule_segments', 'started_at'],
  ['schedule_exceptions', 'started_at'],
  ['adherence_spans', 'started_at'],
  ['forecast_intervals', 'interval_start'],
  ...intervalTables.map((table) => [table, 'interval_start'] as const),
  ['restatements', 'interval_start'],
])

/** Rows of months that are not written anew: they stay as they are in the tables of a database. */
export interface OlderMonths {
  /** The beginning of a month. */
  readonly before: Instant
  readonly database: string
}

/** Whether a row of this key lies in one of them; never in a table that does not lie in months. */
export function isOlder(
  { before }: OlderMonths,
  table: string,
  key: Readonly<Record<string, unknown>>,
): boolean {
  const column = monthColumns.get(table)
  return column !== undefined && Number(key[column]) < before
}

/** As the engine names the month of an instant: `202603`. */
export function monthName(at: Instant): string {
  return new Date(at).toISOString().slice(0, 7).replace('-', '')
}
