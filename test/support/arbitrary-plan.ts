import fc from 'fast-check'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anException, aPlan } from './plan-events.ts'

const minute = 60_000
const hour = 60 * minute
const codes = fc.constantFrom('ON_QUEUE', 'ON_QUEUE', 'BREAK', 'MEETING')

/** Minutes after the beginning of a log, often on a border of an interval, or a day or so before or after it. */
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -60, max: 540 }).map((n) => n * minute) },
  { weight: 3, arbitrary: fc.integer({ min: -4, max: 36 }).map((n) => n * 15 * minute) },
  { weight: 1, arbitrary: fc.integer({ min: -30, max: 40 }).map((n) => n * hour) },
)

const segment = fc.record({
  pause: fc.constantFrom(0, 0, 0, 10, 45),
  minutes: fc.integer({ min: 1, max: 150 }),
  code: codes,
  tracked: fc.constantFrom(true, true, true, false),
  paid: fc.constantFrom(null, true, false),
  productive: fc.constantFrom(null, null, true, false),
})

const reading = (againMax: number) =>
  fc.record({
    kind: fc.constant('plan' as const),
    /** Null: long before. */
    readAt: fc.option(moment),
    from: moment,
    lengthMs: fc.constantFrom(30 * minute, 4 * hour, 8 * hour, 24 * hour, 24 * hour, 48 * hour),
    segments: fc.array(segment, { maxLength: 7 }),
    /** When the same was read again, whatever was read in between. */
    again: fc.array(moment, { maxLength: againMax }),
  })

const agreement = fc.record({
  kind: fc.constantFrom('replace' as const, 'exclude' as const, 'excuse' as const),
  readAt: moment,
  from: moment,
  lengthMs: fc.integer({ min: 1, max: 90 }).map((n) => n * minute),
  code: codes,
  /** Several may be of one id; of one stretch too, the later holds. */
  number: fc.nat({ max: 2 }),
  again: fc.option(fc.record({ readAt: moment, withdrawn: fc.boolean() }), { freq: 2 }),
})

/** Before a log ends: what is read later would make time pass in its shard alone. */
const beforeTheEnd = (drawn: number) => Math.min(drawn, 8 * hour)

/**
 * What is planned for some workers, read in any order and often, and what is agreed beside it. `readAt` says how long after
 * the beginning of the log that is, of a number of milliseconds drawn; ids begin with the prefix.
 */
export function arbitraryPlans(
  workers: readonly string[],
  logStart: number,
  { readAt = beforeTheEnd, prefix = '', max = 4, againMax = 0 } = {},
): fc.Arbitrary<readonly LedgerEvent[]> {
  const one = fc.record({
    worker: fc.constantFrom(...workers),
    told: fc.oneof(
      { weight: 2, arbitrary: reading(againMax) },
      { weight: 1, arbitrary: agreement },
    ),
  })
  return fc.array(one, { maxLength: max }).map((all) =>
    all.flatMap(({ worker, told }, n) =>
      told.kind === 'plan'
        ? [told.readAt, ...told.again].map((drawn, time) => {
            const id = `${prefix}PL${n}${time === 0 ? '' : `.${time}`}`
            return planOf(worker, { ...told, readAt: drawn }, id, { logStart, readAt })
          })
        : agreementOf(worker, told, `${prefix}EX${n}`, { logStart, readAt }),
    ),
  )
}

interface Times {
  readonly logStart: number
  readonly readAt: (drawn: number) => number
}

type Reading = ReturnType<typeof reading> extends fc.Arbitrary<infer T> ? T : never
type Agreement = typeof agreement extends fc.Arbitrary<infer T> ? T : never

function planOf(
  worker: string,
  { readAt: drawn, from, lengthMs, segments }: Reading,
  id: string,
  { logStart, readAt }: Times,
): LedgerEvent {
  const span = { from: logStart + from, to: logStart + from + lengthMs }
  let at = span.from
  const flat = segments.map(({ pause, minutes, ...own }) => {
    const begins = at + pause * minute
    at = begins + minutes * minute
    return { ...own, from: begins, to: at }
  })
  const read = logStart + readAt(drawn ?? -40 * hour)
  return aPlan({ id, worker, at: read, ...span, segments: flat })
}

function agreementOf(
  worker: string,
  { kind, readAt: drawn, from, lengthMs, code, number, again }: Agreement,
  id: string,
  { logStart, readAt }: Times,
): readonly LedgerEvent[] {
  const own = {
    ...{ worker, kind, from: logStart + from, to: logStart + from + lengthMs },
    ...{ exception: `${number}`, ...(kind === 'replace' ? { code } : {}) },
  }
  const first = anException({ ...own, id, at: logStart + readAt(drawn) })
  if (again === null) return [first]
  const { withdrawn } = again
  const at = logStart + readAt(again.readAt)
  return [first, anException({ ...own, id: `${id}b`, at, withdrawn })]
}
