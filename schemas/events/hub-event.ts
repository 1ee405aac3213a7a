import { blankEvent, type NeutralEvent } from './blank-event.ts'

/** What the hub itself says: what it says of, with an id that is made of that, and all else at nothing. */
type Said = Partial<NeutralEvent> & Pick<NeutralEvent, 'type' | 'id' | 'at'>

/** An event of the hub's own, of whatever type `said` is; it counts as received when it happened, unless told else. */
export function hubEvent<const Own extends Said>(said: Own): NeutralEvent & Own {
  const { type, id, at } = said
  const blank = blankEvent({ type, id, source: 'ledgerline', road: 'hub', at, receivedAt: at })
  return Object.assign(blank, said)
}
