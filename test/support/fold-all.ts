import { blankEvent } from '../../schemas/events/blank-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { ledgerEventSchema, type LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { wholeTime } from '../../services/projections/agent-story.ts'
import { folds } from '../../services/projections/all.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { createRowSums } from '../../services/projections/row-sums.ts'
import { withEvents, type Timeline } from '../../services/projections/timeline.ts'

export type PlainRow = Readonly<Record<string, unknown>>

/** A valid event from the fields that matter to a test. */
export function anEvent(
  fields: Readonly<Record<string, unknown>> & { readonly at: Instant },
): LedgerEvent {
  const { at } = fields
  return ledgerEventSchema.parse({
    ...blankEvent({ type: 'unknown', id: '', source: 'test', road: 'api', at, receivedAt: at }),
    workspace: 'WS1',
    ...fields,
  })
}

/**
 * Every row of every table that these events make, by table, without a runner: each timeline folded whole, derived events
 * taken in until there are no new ones, rows without keys' shard. Rows of zeros are left out.
 */
export function foldAll(
  events: readonly LedgerEvent[],
  asOf: Instant,
  known: Knowledge = nothingKnown,
): ReadonlyMap<string, readonly PlainRow[]> {
  const knowledge = events.reduce(learn, known)
  let all = [...events]
  for (;;) {
    const { rows, derived } = foldOnce(all, asOf, knowledge)
    const ids = new Set(all.map((event) => event.id))
    const fresh = derived.filter((event) => !ids.has(event.id))
    if (fresh.length === 0) return rows
    all = [...all, ...fresh]
  }
}

/**
 * The same rows, but of events that become known one part after the other: what is derived on the way stays in the ledger,
 * also what would not have been had all been known at once.
 */
export function foldArriving(
  parts: readonly (readonly LedgerEvent[])[],
  asOf: Instant,
): ReadonlyMap<string, readonly PlainRow[]> {
  let all: readonly LedgerEvent[] = []
  for (const part of parts) {
    all = [...all, ...part]
    const known = new Set(all.map((event) => event.id))
    const { derived } = foldOnce(all, asOf, all.reduce(learn, nothingKnown))
    all = [...all, ...derived.filter((event) => !known.has(event.id))]
  }
  return foldAll(all, asOf)
}

function foldOnce(events: readonly LedgerEvent[], asOf: Instant, knowledge: Knowledge) {
  const rows = new Map<string, PlainRow[]>()
  const derived: LedgerEvent[] = []
  const put = (table: string, row: PlainRow) => {
    const list = rows.get(table)
    if (list === undefined) rows.set(table, [row])
    else list.push(row)
  }
  for (const fold of folds) {
    const sums = createRowSums()
    for (const [entity, timeline] of timelinesOf(events, fold.topic)) {
      const part = fold.contribution(entity, timeline, wholeTime, knowledge, asOf)
      for (const row of part.rows.values()) put(row.table, { ...row.key, ...row.values })
      sums.change(new Map(), part.cells)
      derived.push(...part.derived)
    }
    for (const row of sums.all()) put(row.table, { ...row.key, ...row.values })
  }
  return { rows, derived }
}

function timelinesOf(events: readonly LedgerEvent[], topic: string): Map<string, Timeline> {
  const byEntity = new Map<string, LedgerEvent[]>()
  for (const event of events) {
    for (const placement of placementsOf(event)) {
      if (placement.topic !== topic || placement.everywhere) continue
      byEntity.set(placement.key, [...(byEntity.get(placement.key) ?? []), event])
    }
  }
  return new Map([...byEntity].map(([entity, own]) => [entity, withEvents([], own)]))
}
