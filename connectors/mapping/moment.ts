import type { ActivityClass } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Direction } from '../../schemas/events/ledger-event.ts'
import type { ContactPhase } from '../../schemas/events/mapping.ts'

/** A contact that rings at an agent, or that he has in hand. */
export interface OpenContact {
  readonly task: string
  readonly channel: string
  readonly phase: ContactPhase
  readonly direction: Direction
  readonly queue: string
  readonly workflow: string | null
  /** Since when it is in this phase. */
  readonly since: Instant
}

/** All that a mapping may look at: what an agent is and does in a stretch in which nothing of it changes. */
export interface AgentMoment {
  readonly agent: string
  /** Null: nobody has told yet, or the worker is deleted. */
  readonly activity: {
    readonly id: string
    readonly name: string
    readonly class: ActivityClass
    /** Since when he is in it and has no contact open: what began later of the two. */
    readonly since: Instant
  } | null
  readonly contacts: readonly OpenContact[]
  /** The worker's attributes as they are then. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What stands in attributes at a dotted path, as a list; nothing there is the empty list. */
export function valuesAt(
  attributes: AgentMoment['attributes'],
  path: string,
): readonly (string | number | boolean)[] {
  let value: unknown = attributes
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return []
    value = Reflect.get(value, step)
  }
  return (Array.isArray(value) ? value : [value]).filter(isPlain)
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
