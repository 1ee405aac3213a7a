import type { Identities, QueueKey } from '../../../connectors/identities.ts'
import type { IdentityTable } from '../../../schemas/events/identities.ts'
import type { AssignedNumber } from '../../projections/known-identities.ts'

/**
 * Numbers for queues that have none: above all that were ever anybody's at this target, so that a number never changes
 * hands. In the order in which the queues come.
 */
export function numbersFor(
  told: IdentityTable,
  assigned: readonly AssignedNumber[],
  keys: readonly QueueKey[],
): readonly AssignedNumber[] {
  const taken = [...told.queues.map((one) => one.number ?? 0), ...assigned.map((one) => one.number)]
  const last = taken.reduce((max, number) => Math.max(max, number), firstNumber - 1)
  const known = new Set(assigned.map((one) => keyOf({ ...one, id: one.queue })))
  const fresh = new Map(
    keys.filter((key) => !known.has(keyOf(key))).map((key) => [keyOf(key), key]),
  )
  return [...fresh.values()].map(({ id: queue, channel, direction }, index) => ({
    ...{ queue, channel, direction, number: last + 1 + index },
  }))
}

const firstNumber = 1001

/** A customer who says a number that the hub has given to another queue would make one of two. */
export function numberFaults(
  told: IdentityTable,
  assigned: readonly AssignedNumber[],
): readonly string[] {
  return told.queues.flatMap(({ queue, channel, direction, number }) => {
    const other = assigned.find((one) => one.number === number)
    const isSame =
      other === undefined ||
      (other.queue === queue &&
        (channel ?? other.channel) === other.channel &&
        (direction ?? other.direction) === other.direction)
    return isSame
      ? []
      : [
          `the number ${number ?? ''} of ${queue} is that of ${other.queue}, ${other.channel}, ${other.direction}: the hub has given it, and it stays its own`,
        ]
  })
}

/** The same identities, in which a queue without a number of the customer's has the hub's. */
export function withAssigned(
  identities: Identities,
  assigned: readonly AssignedNumber[],
  needsNumbers: boolean,
): Identities {
  const numbers = new Map(assigned.map((one) => [keyOf({ ...one, id: one.queue }), one.number]))
  return {
    ...identities,
    queueAt(key, at) {
      const found = identities.queueAt(key, at)
      if (typeof found === 'string' || found.number !== null) return found
      const number = numbers.get(keyOf(key)) ?? null
      return number === null && needsNumbers ? 'missing' : { ...found, number }
    },
  }
}

/** Identities of a target of which nobody has said anything. */
export function nothingTold(target: string): IdentityTable {
  return { target, agents: [], queues: [] }
}

function keyOf({ id, channel, direction }: QueueKey): string {
  return JSON.stringify([id, channel, direction])
}
