import {
  defaultDefinitions,
  definitionsSchema,
  type ActivityClass,
  type Definitions,
  type ReasonClass,
} from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { quarterHourMs } from '../time/interval.ts'
import { learnGap, type KnownGap } from './known-gaps.ts'
import { learnMapping, type Mappings } from './mappings.ts'
import { nothingPublished, publish, type Published } from './published.ts'

/** What a shard knows beside its entities: definitions and mappings with the instants from which they hold, and activities. */
export interface Knowledge {
  readonly definitions: readonly {
    readonly from: Instant
    readonly id: string
    readonly of: Definitions
  }[]
  readonly mappings: Mappings
  /** By activity sid: whether TaskRouter offers tasks to a worker in it. It cannot change after creation. */
  readonly available: ReadonlyMap<string, boolean>
  /** By activity sid: the names under which workers have been in it, so that a shard sees whether a new fact matters. */
  readonly seen: ReadonlyMap<string, readonly string[]>
  /** When sources that tell of agents were silent. */
  readonly gaps: readonly KnownGap[]
  /** Something is planned for somebody: else nothing is measured that a gap would make unknown. */
  readonly isAnybodyPlanned: boolean
  /** What of the tables is out. It decides no number, only what is said when one changes. */
  readonly published: Published
  /** The length of the ledger's base intervals: 5, 15 or 30 minutes. */
  readonly intervalMs: number
}

export const nothingKnown: Knowledge = {
  definitions: [],
  mappings: [],
  available: new Map(),
  seen: new Map(),
  gaps: [],
  isAnybodyPlanned: false,
  published: nothingPublished,
  intervalMs: quarterHourMs,
}

/**
 * The same with these definitions; of two for one instant the higher version holds. The length of an interval is that of the earliest set: rows of two lengths would not
 * add up.
 */
export function withDefinitions(
  knowledge: Knowledge,
  definitions: Knowledge['definitions'],
): Knowledge {
  const sorted = definitions.toSorted(
    (a, b) => a.from - b.from || a.of.version - b.of.version || (a.id < b.id ? -1 : 1),
  )
  const earliest = sorted.findLast(({ from }) => from === sorted[0]?.from)
  const { intervalMinutes } = earliest?.of ?? defaultDefinitions
  return { ...knowledge, definitions: sorted, intervalMs: intervalMinutes * minuteMs }
}

const minuteMs = 60_000

/** What is known after this event; the same object when it tells nothing new. */
export function learn(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  const { type } = event
  if (type === 'definitions.set') return learnDefinitions(knowledge, event)
  if (type === 'mapping.set') {
    const mappings = learnMapping(knowledge.mappings, event)
    return mappings === knowledge.mappings ? knowledge : { ...knowledge, mappings }
  }
  if (type === 'source.gap') {
    const gaps = learnGap(knowledge.gaps, event)
    return gaps === knowledge.gaps ? knowledge : { ...knowledge, gaps }
  }
  if (type === 'schedule.set' || type === 'schedule.excepted') {
    return knowledge.isAnybodyPlanned ? knowledge : { ...knowledge, isAnybodyPlanned: true }
  }
  if (type.startsWith('activity.')) return learnAvailable(knowledge, event)
  if (type === 'interval.finalised' || type === 'export.delivered') {
    const published = publish(knowledge.published, event)
    return published === knowledge.published ? knowledge : { ...knowledge, published }
  }
  if (type === 'worker.created' || type === 'worker.activity.update') {
    return learnNames(knowledge, event)
  }
  return knowledge
}

/** Whether rows that were made with the one may be different with the other. */
export function mattersTo(before: Knowledge, after: Knowledge): boolean {
  if (before.definitions !== after.definitions) return true
  if (before.mappings !== after.mappings) return true
  if (before.gaps !== after.gaps && before.isAnybodyPlanned) return true
  if (before.available === after.available) return false
  for (const [id, names] of before.seen) {
    for (const name of names) {
      const activity = { id, name }
      if (activityClass(before, activity, 0) !== activityClass(after, activity, 0)) return true
    }
  }
  return false
}

function learnAvailable(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  const { activity, activityAvailable } = event
  if (activity === null || activityAvailable === null) return knowledge
  if (knowledge.available.get(activity) === activityAvailable) return knowledge
  return { ...knowledge, available: new Map(knowledge.available).set(activity, activityAvailable) }
}

/** The activity that a worker's first event says he was in before is one that he has been in, too (U10). */
function learnNames(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  const now = learnName(knowledge, event.activity, event.activityName)
  return learnName(now, event.previousActivity, event.previousActivityName)
}

function learnName(knowledge: Knowledge, id: string | null, name: string | null): Knowledge {
  if (id === null) return knowledge
  const names = knowledge.seen.get(id) ?? []
  const own = name ?? id
  if (names.includes(own)) return knowledge
  return { ...knowledge, seen: new Map(knowledge.seen).set(id, [...names, own]) }
}

function learnDefinitions(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  if (knowledge.definitions.some((known) => known.id === event.id)) return knowledge
  const of = parseDefinitions(event.attributes)
  if (of === null) return knowledge
  return withDefinitions(knowledge, [
    ...knowledge.definitions,
    { from: event.at, id: event.id, of },
  ])
}

/** Definitions are checked before they enter the ledger; should a wrong set be there all the same, the old one stays. */
function parseDefinitions(text: string | null): Definitions | null {
  try {
    return definitionsSchema.safeParse(JSON.parse(text ?? '{}')).data ?? null
  } catch {
    return null
  }
}

export function definitionsAt(knowledge: Knowledge, at: Instant): Definitions {
  return knowledge.definitions.findLast((known) => known.from <= at)?.of ?? defaultDefinitions
}

/** Why a task of a channel was canceled: by what its channel says of the reason, then by what holds for all. */
export function reasonClass(
  { channels, cancelReasons }: Definitions,
  channel: string,
  reason: string | null,
): ReasonClass {
  if (reason === null) return 'customer'
  const ofChannel = ownOf(channels, channel)?.cancelReasons
  return ownOf(ofChannel, reason) ?? ownOf(cancelReasons, reason) ?? 'customer'
}

/** A queue as definitions may name it, and the channel of what waits in it; null: any. */
export interface JudgedQueue {
  readonly id: string
  readonly name: string | null
  readonly channel: string | null
}

/** By what a wait is judged: as it holds in the queue for the channel, in the queue, or everywhere. */
export function thresholdsOf(definitions: Definitions, { id, name, channel }: JudgedQueue) {
  const { queues } = definitions
  const ofQueue = ownOf(queues, id) ?? (name === null ? undefined : ownOf(queues, name))
  const ofChannel = channel === null ? undefined : ownOf(ofQueue?.channels, channel)
  const first = (parameter: 'slThresholdMs' | 'shortAbandonMs') =>
    ofChannel?.[parameter] ?? ofQueue?.[parameter] ?? definitions[parameter]
  return { slThresholdMs: first('slThresholdMs'), shortAbandonMs: first('shortAbandonMs') }
}

/** The rate that is meant by a queue's service level. */
export function slFormulaOf(
  { queues, slFormula }: Definitions,
  { id, name }: Pick<JudgedQueue, 'id' | 'name'>,
): Definitions['slFormula'] {
  const ofQueue = ownOf(queues, id) ?? (name === null ? undefined : ownOf(queues, name))
  return ofQueue?.slFormula ?? slFormula
}

/** Names come from outside: one may be that of what every object has. */
function ownOf<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}

export interface Activity {
  readonly id: string
  readonly name: string
}

/**
 * Whether time in an activity is signed in, and open for work. The customer's definition first, then TaskRouter's own
 * rule: the activity named Offline is offline, one with `available = true` is available, all others are aux. An activity
 * whose flag has not been seen counts as available only under TaskRouter's own name for it.
 */
export function activityClass(
  knowledge: Knowledge,
  activity: Activity,
  at: Instant,
): ActivityClass {
  const { activities } = definitionsAt(knowledge, at)
  const defined = ownOf(activities, activity.id) ?? ownOf(activities, activity.name)
  if (defined !== undefined) return defined
  if (activity.name.toLowerCase() === 'offline') return 'offline'
  const available = knowledge.available.get(activity.id) ?? activity.name === 'Available'
  return available ? 'available' : 'aux'
}

/** Whether an activity's class was told by a definition, its flag or a name that TaskRouter gives, or else was taken for aux. */
export function isClassTold(knowledge: Knowledge, { id, name }: Activity, at: Instant): boolean {
  const { activities } = definitionsAt(knowledge, at)
  if (ownOf(activities, id) !== undefined || ownOf(activities, name) !== undefined) return true
  return knowledge.available.has(id) || name === 'Available' || name.toLowerCase() === 'offline'
}
