import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { passesTime, timeAfter, type PassingTime } from '../projections/passing-time.ts'

/** An event with its place in the shard; `entity` is empty for what every shard is told. */
export interface Arrival {
  readonly event: LedgerEvent
  readonly entity: string
  readonly position: number
}

/** What came for each, in the order in which it came. */
export function byEntity(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  const groups = new Map<string, Arrival[]>()
  for (const arrival of arrivals) {
    if (arrival.entity === '') continue
    const group = groups.get(arrival.entity)
    if (group === undefined) groups.set(arrival.entity, [arrival])
    else group.push(arrival)
  }
  return groups
}

/** The time after these arrivals, the last with which it went on for what is open, and when the ledger had each. */
export function passedBy(time: PassingTime, arrivals: readonly Arrival[]) {
  let after = time
  let last: Arrival | null = null
  const recorded = new Map<number, Instant>()
  for (const arrival of arrivals) {
    const next = timeAfter(after, arrival.event)
    if (next.openUntil > after.openUntil) last = arrival
    // What every shard is told is not heard of this one.
    const counts = arrival.entity !== '' || passesTime(arrival.event)
    after = counts ? next : { ...after, recorded: next.recorded }
    recorded.set(arrival.position, after.recorded)
  }
  return { after, last, recorded }
}
