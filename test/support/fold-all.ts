import { blankEvent } from '../../schemas/events/blank-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { ledgerEventSchema, type LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { wholeTime } from '../../services/projections/agent-story.ts'
import { folds } from '../../services/projections/all.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import type { Contribution, OwnRow } from '../../services/projections/projection.ts'
import { createRowSums } from '../../services/projections/row-sums.ts'
import { withEvents } from '../../services/projections/timeline.ts'

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
  const stories = createStories(asOf, events.reduce(learn, known))
  const ids = new Set<string>()
  let arrived = events
  while (arrived.length > 0) {
    for (const { id } of arrived) ids.add(id)
    arrived = stories.take(arrived).filter(({ id }) => !ids.has(id))
  }
  return stories.rows()
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
    const derived = createStories(asOf, all.reduce(learn, nothingKnown)).take(all)
    all = [...all, ...derived.filter((event) => !known.has(event.id))]
  }
  return foldAll(all, asOf)
}

/** All timelines of a ledger, each with what it comes to; only those that events come to are folded again. */
function createStories(asOf: Instant, knowledge: Knowledge) {
  const stories = folds.map((fold) => ({
    fold,
    told: new Map<string, LedgerEvent[]>(),
    parts: new Map<string, Contribution>(),
  }))
  return {
    /** Answers what follows from the timelines that these events come to. */
    take(events: readonly LedgerEvent[]): readonly LedgerEvent[] {
      const placed = events.map((event) => ({ event, placements: placementsOf(event) }))
      return stories.flatMap(({ fold, told, parts }) => {
        const touched = new Set<string>()
        for (const { event, placements } of placed) {
          for (const { topic, key, everywhere } of placements) {
            if (topic !== fold.topic || everywhere) continue
            const own = told.get(key)
            if (own === undefined) told.set(key, [event])
            else own.push(event)
            touched.add(key)
          }
        }
        return [...touched].flatMap((entity) => {
          const timeline = withEvents([], told.get(entity) ?? [])
          const part = fold.contribution(entity, timeline, wholeTime, knowledge, asOf)
          parts.set(entity, part)
          return part.derived
        })
      })
    },
    rows(): ReadonlyMap<string, readonly PlainRow[]> {
      const rows = new Map<string, PlainRow[]>()
      const put = ({ table, key, values }: OwnRow) => {
        const list = rows.get(table)
        if (list === undefined) rows.set(table, [{ ...key, ...values }])
        else list.push({ ...key, ...values })
      }
      for (const { parts } of stories) {
        const sums = createRowSums()
        for (const part of parts.values()) {
          for (const row of part.rows.values()) put(row)
          sums.change(new Map(), part.cells)
        }
        for (const row of sums.all()) put(row)
      }
      return rows
    },
  }
}
