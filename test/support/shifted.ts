import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { plannedSchema } from '../../schemas/events/schedule.ts'
import type { PlainRow } from './fold-all.ts'

/** The same events a while later. */
export function shiftedEvents(
  events: readonly LedgerEvent[],
  byMs: number,
): readonly LedgerEvent[] {
  const later = (at: number | null) => (at === null ? null : at + byMs)
  return events.map((event) => ({
    ...event,
    at: event.at + byMs,
    receivedAt: event.receivedAt + byMs,
    requestedAt: later(event.requestedAt),
    gapFrom: later(event.gapFrom),
    gapTo: later(event.gapTo),
    since: later(event.since),
    until: later(event.until),
    attributes:
      event.type === 'schedule.set' ? shiftedPlan(event.attributes, byMs) : event.attributes,
  }))
}

function shiftedPlan(attributes: string | null, byMs: number): string {
  const { segments } = plannedSchema.parse(JSON.parse(attributes ?? ''))
  const later = segments.map((one) => ({ ...one, from: one.from + byMs, to: one.to + byMs }))
  return JSON.stringify({ segments: later })
}

/** The same rows a while later: what is as great as an instant is one, no duration comes near. */
export function shiftedRows(
  tables: ReadonlyMap<string, readonly PlainRow[]>,
  byMs: number,
): ReadonlyMap<string, readonly PlainRow[]> {
  const shifted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shifted)
    return typeof value === 'number' && value > 1e12 ? value + byMs : value
  }
  return new Map(
    [...tables].map(([table, rows]) => [
      table,
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shifted(value)])),
      ),
    ]),
  )
}
