import type { IdentityTable } from '../../schemas/events/identities.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Direction, LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { contentDigest } from './content-digest.ts'

/** What the ledger keeps of the identities of a target. Its id is made of what it says, so that said twice it is said once. */
export function toIdentitiesEvent(
  table: IdentityTable,
  version: number,
  now: Instant,
): LedgerEvent {
  const { target } = table
  return hubEvent({
    type: 'identities.set',
    id: `identities:${target}:${version}:${contentDigest(table)}`,
    ...{ at: now, label: target },
    attributes: JSON.stringify({ ...table, version }),
  })
}

/** That a queue in a channel and direction has a number at a target. Its id is made of whose it is: there is only one. */
export function toAssignedEvent(
  target: string,
  {
    id,
    channel,
    direction,
  }: { readonly id: string; readonly channel: string; readonly direction: Direction | null },
  number: number,
  now: Instant,
): LedgerEvent {
  return hubEvent({
    type: 'identity.assigned',
    id: `identity:${target}:${id}:${channel}:${direction ?? ''}`,
    ...{ at: now, label: target, queue: id, channel, direction },
    attributes: JSON.stringify({ number }),
  })
}
