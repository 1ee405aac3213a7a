import type { Instant } from '../../schemas/events/instant.ts'
import { drawOf } from './draw.ts'
import { groupedBy } from './grouped.ts'
import { isAnswered, waitedMs, type Contact, type Departure, type Stretch } from './stretch.ts'
import { patienceBeyond, survivalOf, type ObservedWait, type Survival } from './survival.ts'

/** A contact of which everything is known that a replay needs, whatever becomes of it there. */
export interface PlannedContact extends Pick<
  Contact,
  'id' | 'at' | 'channel' | 'attributes' | 'priority' | 'into'
> {
  /** How long after its arrival it goes by itself if nobody has answered; Infinity: never. */
  readonly patienceMs: number
  readonly leavesAs: Departure
  /** What comes of its offers, one after the other; after the last, one rings until something else ends it. */
  readonly rings: readonly Ring[]
  readonly handleMs: number
}

export interface Ring {
  readonly ms: number
  readonly isAnswered: boolean
}

/** Completes the contacts of a stretch for one run: what is recorded stays, what is not is drawn. */
export type Planner = (run: number) => readonly PlannedContact[]

/** Null: nobody was answered in the whole stretch, so nobody knows how long anything takes. */
export function createPlanner(
  { contacts, replayed }: Pick<Stretch, 'contacts' | 'replayed'>,
  seed: string,
): Planner | null {
  const patience = patienceByGroup(contacts, replayed.to)
  const handles = createPools(contacts, ({ handleMs }) => handleMs)
  const rings = createPools(contacts, ({ ringMs }) => ringMs)
  if (handles.isEmpty || rings.isEmpty) return null
  return (run) =>
    contacts.map((contact) => {
      const { id, at, channel, attributes, priority, into, leftAs } = contact
      const draw = (what: string) => drawOf(seed, run, id, what)
      const waited = waitedMs(contact, replayed.to)
      const survival = patience.get(groupOf(contact))
      if (survival === undefined) throw new Error('a contact is in no group')
      return {
        ...{ id, at, channel, attributes, priority, into },
        patienceMs: leftAs === null ? patienceBeyond(survival, waited, draw('patience')) : waited,
        leavesAs: leftAs ?? 'abandoned',
        rings: [
          ...contact.failedRingsMs.map((ms) => ({ ms, isAnswered: false })),
          { ms: contact.ringMs ?? rings.draw(contact, draw('ring')), isAnswered: true },
        ],
        handleMs: contact.handleMs ?? handles.draw(contact, draw('handle')),
      }
    })
}

/** Who waits for a call back is more patient than who holds the line. */
function groupOf({ stays, direction }: Contact): string {
  return JSON.stringify([stays[0]?.queue, direction])
}

function patienceByGroup(
  contacts: readonly Contact[],
  end: Instant,
): ReadonlyMap<string, Survival> {
  const groups = groupedBy(contacts, groupOf)
  const toWait = (contact: Contact): ObservedWait => ({
    ms: waitedMs(contact, end),
    gaveUp: contact.leftAs === 'abandoned',
  })
  return new Map([...groups].map(([group, all]) => [group, survivalOf(all.map(toWait))]))
}

/** Recorded lengths to draw from: those of the same queue, else those of the same channel, else all. */
function createPools(contacts: readonly Contact[], lengthOf: (contact: Contact) => number | null) {
  const poolsOf = ({ stays, channel }: Contact) => [`queue ${stays[0]?.queue ?? ''}`, channel, '']
  const known = contacts.flatMap((contact) => {
    const length = isAnswered(contact) ? lengthOf(contact) : null
    return length === null ? [] : poolsOf(contact).map((pool) => ({ pool, length }))
  })
  const pools = groupedBy(known, ({ pool }) => pool)
  return {
    isEmpty: pools.size === 0,
    draw(contact: Contact, draw: number): number {
      const name = poolsOf(contact).find((one) => pools.has(one))
      const pool = name === undefined ? undefined : pools.get(name)
      const length = pool?.[Math.floor(draw * pool.length)]?.length
      if (length === undefined) throw new Error('there is no length to draw from')
      return length
    },
  }
}
