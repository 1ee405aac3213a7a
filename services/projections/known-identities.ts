import {
  assignedNumberSchema,
  setIdentitiesSchema,
  type IdentityTable,
} from '../../schemas/events/identities.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** A number that the hub has given a queue in a channel and direction: it stays its own for ever. */
export interface AssignedNumber {
  readonly queue: string
  readonly channel: string
  readonly direction: string
  readonly number: number
}

/** What one target knows agents and queues by, as far as the ledger tells. */
export interface KnownIdentities {
  /** What the customer has said last; null: nothing. */
  readonly told: IdentityTable | null
  /** 0: the customer has said nothing. */
  readonly version: number
  /** In the order in which they were given. */
  readonly assigned: readonly AssignedNumber[]
}

export const nobodyKnown: KnownIdentities = { told: null, version: 0, assigned: [] }

/** What is known after this event; the same object when it tells nothing new. */
export function learnIdentities(known: KnownIdentities, event: LedgerEvent): KnownIdentities {
  if (event.type === 'identities.set') {
    const set = setIdentitiesSchema.safeParse(jsonOf(event.attributes)).data
    if (set === undefined || set.version <= known.version) return known
    const { version, ...told } = set
    return { ...known, version, told }
  }
  if (event.type !== 'identity.assigned') return known
  const { queue, channel, direction } = event
  const number = assignedNumberSchema.safeParse(jsonOf(event.attributes)).data?.number
  if (number === undefined || queue === null || channel === null) return known
  const own = { queue, channel, direction: direction ?? '', number }
  // Given twice, by two processes that knew nothing of each other, the first holds.
  const isKnown = known.assigned.some(
    (one) => one.queue === queue && one.channel === channel && one.direction === own.direction,
  )
  return isKnown ? known : { ...known, assigned: [...known.assigned, own] }
}

/** What is checked before it enters the ledger; should something else be there all the same, it says nothing. */
function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
