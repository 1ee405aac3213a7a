import {
  defaultDefinitions,
  definitionsSchema,
  type ActivityClass,
  type Definitions,
  type ReasonClass,
} from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** What a shard knows beside its entities: definitions with the instants from which they hold, and activities. */
export interface Knowledge {
  readonly definitions: readonly {
    readonly from: Instant
    readonly id: string
    readonly of: Definitions
  }[]
  /** By activity sid: whether TaskRouter offers tasks to a worker in it. It cannot change after creation. */
  readonly available: ReadonlyMap<string, boolean>
}

export const nothingKnown: Knowledge = { definitions: [], available: new Map() }

/** What is known after this event; the same object when it tells nothing new. */
export function learn(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  if (event.type === 'definitions.set') return learnDefinitions(knowledge, event)
  if (event.activity === null || event.activityAvailable === null) return knowledge
  if (knowledge.available.get(event.activity) === event.activityAvailable) return knowledge
  const available = new Map(knowledge.available).set(event.activity, event.activityAvailable)
  return { ...knowledge, available }
}

function learnDefinitions(knowledge: Knowledge, event: LedgerEvent): Knowledge {
  if (knowledge.definitions.some((known) => known.id === event.id)) return knowledge
  const of = parseDefinitions(event.attributes)
  if (of === null) return knowledge
  const definitions = [...knowledge.definitions, { from: event.at, id: event.id, of }]
  definitions.sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1))
  return { ...knowledge, definitions }
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

export function reasonClass(definitions: Definitions, reason: string | null): ReasonClass {
  return (reason === null ? undefined : definitions.cancelReasons[reason]) ?? 'customer'
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
  const defined = activities[activity.id] ?? activities[activity.name]
  if (defined !== undefined) return defined
  if (activity.name.toLowerCase() === 'offline') return 'offline'
  const available = knowledge.available.get(activity.id) ?? activity.name === 'Available'
  return available ? 'available' : 'aux'
}
