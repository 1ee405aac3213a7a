import type { Instant } from '../../../schemas/events/instant.ts'
import { createAgenda, type Agenda } from '../model/agenda.ts'
import { chance, integer } from '../model/draws.ts'
import { createRandom, type Random } from '../model/random.ts'

/** How the world's webhooks arrive: some twice, most a little late and so out of order, some a day late, some at last. */
export interface Disorder {
  /** The share that comes twice. */
  readonly duplicates: number
  /** Every event comes up to so much late. */
  readonly shuffleWithinMs: number
  /** The share that comes very late, and how late; up to how late, where that is more. */
  readonly lateShare: number
  readonly lateByMs: number
  readonly lateUpToMs?: number
  /** The share that comes only after everything else, as a backfill of what was lost. */
  readonly lostShare: number
}

/** Whatever has its moment. */
interface Dated {
  readonly at: Instant
}

export const noDisorder: Disorder = {
  duplicates: 0,
  shuffleWithinMs: 0,
  lateShare: 0,
  lateByMs: 86_400_000,
  lostShare: 0,
}

/** An event, and when it is to be sent. */
export interface Sending<Event> {
  readonly event: Event
  readonly dueAt: Instant
}

/** The events in the order in which they arrive. Every event is there once at least; nothing else is. */
export function disorder<Event extends Dated>(
  events: Iterable<Event>,
  seed: string | number,
  options: Partial<Disorder>,
): readonly Event[] {
  return [...sendings(events, seed, options)].map(({ event }) => event)
}

/** The same, one by one: it keeps no more events than are on their way at one moment. */
export function* sendings<Event extends Dated>(
  events: Iterable<Event>,
  seed: string | number,
  options: Partial<Disorder> = {},
): Generator<Sending<Event>> {
  const ways = { ...noDisorder, ...options }
  const random = createRandom(seed).split('disorder')
  const onTheWay = createAgenda<Event>()
  const lost: Event[] = []
  let last = 0
  for (const event of events) {
    yield* arrivedBefore(onTheWay, event.at)
    const { shuffleWithinMs } = ways
    const isLate = chance(random, ways.lateShare)
    const inTimeAt = event.at + integer(random, 0, shuffleWithinMs)
    const dueAt = inTimeAt + (isLate ? lateness(random, ways) : 0)
    const again = chance(random, ways.duplicates)
    const againAt = dueAt + integer(random, 0, Math.max(1_000, shuffleWithinMs))
    if (chance(random, ways.lostShare)) lost.push(event)
    else onTheWay.add(dueAt, event)
    if (again) onTheWay.add(againAt, event)
    last = Math.max(last, dueAt, againAt)
  }
  yield* arrivedBefore(onTheWay, Infinity)
  for (const event of lost) yield { event, dueAt: last }
}

/** Nothing is drawn where it is always the same: what comes after it keeps its draws. */
function lateness(random: Random, { lateByMs, lateUpToMs = 0 }: Disorder): number {
  return lateUpToMs > lateByMs ? integer(random, lateByMs, lateUpToMs) : lateByMs
}

function* arrivedBefore<Event>(onTheWay: Agenda<Event>, at: Instant): Generator<Sending<Event>> {
  for (;;) {
    const next = onTheWay.first()
    if (next === undefined || next.at > at) return
    onTheWay.next()
    yield { event: next.item, dueAt: next.at }
  }
}
