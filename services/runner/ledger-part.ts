import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf, type Topic } from '../log/topics.ts'
import { wholeTime } from '../projections/agent-story.ts'
import { contactFold, taskFold, workerFold } from '../projections/all.ts'
import type { Knowledge } from '../projections/definitions.ts'
import type { Refoldable } from '../projections/explanation.ts'
import { noContribution, type Contribution } from '../projections/projection.ts'
import { withEvents, type Timeline } from '../projections/timeline.ts'
import { asOfEntity } from './entity.ts'

/** One entity of an interval table with everything in the ledger that its rows may follow from. */
export interface LedgerPart {
  readonly topic: Topic
  readonly entity: string
  /** Its own events, and those of the entities that tell it something. */
  readonly events: readonly LedgerEvent[]
  /** By topic, the tasks and conversations of which all events are among these; others would be folded wrongly. */
  readonly whole: Readonly<Record<'ledgerline.tasks' | 'ledgerline.conversations', Names>>
}

type Names = ReadonlySet<string>

/** With what its rows were folded from: its own timeline, derived events too, and up to when. */
export interface RefoldablePart extends Refoldable {
  readonly timeline: Timeline
  readonly asOf: Instant
}

/**
 * A part of the ledger that can be folded again without one of its events. What the hub derives is derived anew each time,
 * so what follows from an event goes with it, and what it had kept from being derived comes. What nothing derives any more, but
 * is in the ledger, stays there until its cause is left out.
 */
export function refoldable(part: LedgerPart, knowledge: Knowledge, asOf: Instant): RefoldablePart {
  const events = withEvents([], part.events)
  const told = events.filter(({ road }) => road !== 'hub')
  const derivable = new Set(fold(part, told, knowledge, asOf).derivedIds)
  const kept = events.filter(({ road, id }) => road === 'hub' && !derivable.has(id))
  const sources = [...told, ...kept]
  const { contribution: all, timeline } = fold(part, sources, knowledge, asOf)
  return {
    entity: part.entity,
    ...{ timeline, asOf: asOfEntity(timeline, asOf) },
    eventIds: new Set(sources.map(({ id }) => id)),
    contribution(without) {
      if (without === null) return all
      const rest = sources.filter(({ id }) => !followsFrom(id, without))
      return fold(part, rest, knowledge, asOf).contribution
    },
  }
}

/** The ids of derived events end with that of their cause, or begin with it and name whom they tell. */
function followsFrom(id: string, cause: string): boolean {
  return (
    id === cause ||
    id.endsWith(`:${cause}`) ||
    id.startsWith(`${cause}/`) ||
    id.includes(`:${cause}/`)
  )
}

interface Folded {
  readonly contribution: Contribution
  readonly timeline: Timeline
  readonly derivedIds: Iterable<string>
}

const folds = [taskFold, workerFold, contactFold]

/** What these events come to, with all that is derived from them. */
function fold(
  part: LedgerPart,
  events: readonly LedgerEvent[],
  knowledge: Knowledge,
  asOf: Instant,
): Folded {
  const all = new Map(events.map((event) => [event.id, event]))
  for (;;) {
    let [contribution, ofPart]: [Contribution, Timeline] = [noContribution, []]
    const fresh: LedgerEvent[] = []
    for (const { topic, entity, own } of timelines(part, [...all.values()])) {
      const timeline = withEvents([], own)
      const one = folds.find((each) => each.topic === topic)
      if (one === undefined) continue
      const until = asOfEntity(timeline, asOf)
      const came = one.contribution(entity, timeline, wholeTime, knowledge, until)
      if (topic === part.topic && entity === part.entity) [contribution, ofPart] = [came, timeline]
      fresh.push(...came.derived.filter(({ id }) => !all.has(id)))
    }
    if (fresh.length === 0) return { contribution, timeline: ofPart, derivedIds: all.keys() }
    for (const event of fresh) all.set(event.id, event)
  }
}

/** Of a worker what is there serves: what he tells a task follows from the task's own reservations, and from his end. */
function timelines({ whole }: LedgerPart, events: readonly LedgerEvent[]) {
  const found = new Map<string, { topic: Topic; entity: string; own: LedgerEvent[] }>()
  for (const event of events) {
    for (const { topic, key, everywhere } of placementsOf(event)) {
      const isFolded =
        topic === 'ledgerline.tasks' || topic === 'ledgerline.conversations'
          ? whole[topic].has(key)
          : topic === 'ledgerline.workers'
      if (everywhere || !isFolded) continue
      const name = `${topic}\n${key}`
      const one = found.get(name)
      if (one === undefined) found.set(name, { topic, entity: key, own: [event] })
      else one.own.push(event)
    }
  }
  return found.values()
}
