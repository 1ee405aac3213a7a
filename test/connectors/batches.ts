import type { IntervalBatch, IntervalRow } from '../../connectors/interval-row.ts'
import type { Written } from '../../connectors/written.ts'
import { quarterHourMs } from '../../services/time/interval.ts'

/** Rows of quarter hours with the whole hours around them; no rows are an hour without. */
export function batchOf(
  rows: readonly IntervalRow[],
  own: Partial<IntervalBatch> = {},
): IntervalBatch {
  const starts = rows.map(({ from }) => from)
  const hourMs = 4 * quarterHourMs
  const first = starts.reduce((a, b) => Math.min(a, b), Infinity)
  const last = starts.reduce((a, b) => Math.max(a, b), -Infinity)
  const from = rows.length === 0 ? 0 : Math.floor(first / hourMs) * hourMs
  const to = rows.length === 0 ? hourMs : (Math.floor(last / hourMs) + 1) * hourMs
  return {
    ...{ target: 'acme', span: { from, to }, intervalMs: quarterHourMs, rows },
    ...{ writtenAt: Date.UTC(2026, 2, 2, 10, 10), ...own },
  }
}

/** The text of the one document that was written; all faults, where none was. */
export function textOf(written: Written): string {
  if (written.kind === 'refused') {
    throw new Error(written.faults.map(({ detail }) => detail).join('; '))
  }
  if (written.documents.length !== 1) throw new Error(`${written.documents.length} documents`)
  return written.documents[0]?.text ?? ''
}
