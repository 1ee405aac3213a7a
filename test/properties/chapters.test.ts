import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { wholeTime, type Window } from '../../services/projections/agent-story.ts'
import { workerFold } from '../../services/projections/all.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { withEvents, type Timeline } from '../../services/projections/timeline.ts'
import { dayMs, dayStart } from '../../services/time/interval.ts'
import { adherenceReachMs } from '../../services/projections/agent-adherence.ts'
import { arbitraryAdherence } from '../support/arbitrary-adherence.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { arbitraryPlans } from '../support/arbitrary-plan.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { anEvent } from '../support/fold-all.ts'

const border = dayStart(logEnd)
const workers = ['ann', 'bob', 'cy', 'dee']

test('a timeline cut into chapters gives the rows of the whole', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.nat(), (events, chance) => isOfTheWhole(events, chance)),
    { numRuns: 300 },
  )
})

test('so it does in the words of WFM products', () => {
  const mapped = fc.tuple(arbitraryLog.chain(withAttributes), arbitraryMappings)
  fc.assert(
    fc.property(mapped, fc.nat(), ([events, mappings], chance) =>
      isOfTheWhole(events, chance, mappings.reduce(learn, nothingKnown)),
    ),
    { numRuns: 150 },
  )
})

test('so it does of plans and how agents keep to them', () => {
  const planned = fc.tuple(
    arbitraryLog.chain(withAttributes),
    fc.option(arbitraryMappings),
    fc.array(fc.tuple(arbitraryAdherence, fc.integer({ min: -30, max: 30 })), { maxLength: 2 }),
    arbitraryPlans(workers, logStart, { readAt: afterTheLastTick, prefix: 'later ' }),
  )
  fc.assert(
    fc.property(planned, fc.nat(), ([log, mappings, parameters, plans], chance) => {
      const definitions = parameters.map(([adherence, hours], n) =>
        anEvent({
          ...{ type: 'definitions.set', id: `DE${n}`, at: logStart + hours * 3_600_000 },
          attributes: JSON.stringify({ adherence }),
        }),
      )
      isOfTheWhole(
        [...log, ...plans],
        chance,
        [...(mappings ?? []), ...definitions].reduce(learn, nothingKnown),
      )
    }),
    { numRuns: 150 },
  )
})

test('so it does of plans that say again what they said, at once or after they have said something else', () => {
  const plans = arbitraryPlans(['ann'], logStart, { prefix: 'again ', max: 8, againMax: 3 })
  fc.assert(
    fc.property(arbitraryLog, plans, fc.nat(), (log, again, chance) =>
      isOfTheWhole([...log, ...again], chance),
    ),
    { numRuns: 150 },
  )
})

/** They are there, and count only with the next. */
function afterTheLastTick(drawn: number): number {
  return logEnd - logStart + Math.abs(drawn)
}

function isOfTheWhole(
  events: readonly LedgerEvent[],
  chance: number,
  knowledge = nothingKnown,
): void {
  for (const worker of workers) {
    const own = withEvents([], ofWorker(events, worker))
    // What is known when the chapter ends, and what comes after it and does not reach back over the border.
    const reach = border + adherenceReachMs(knowledge)
    const late = own.filter((event, n) => staysBehind(event, own, reach) && (n + chance) % 3 === 0)
    const early = own.filter((event) => !late.includes(event))
    const whole = { window: wholeTime, timeline: early }
    const cut = workerFold.cut(worker, early, wholeTime, knowledge, logEnd, border)
    expect(rows(worker, knowledge, cut, late)).toEqual(rows(worker, knowledge, whole, late))
    const twice = { window: cut.window, timeline: withEvents(cut.timeline, late) }
    const again = workerFold.cut(
      worker,
      twice.timeline,
      twice.window,
      knowledge,
      logEnd + dayMs,
      border + dayMs,
    )
    // A window that could not move on yet has the rows of before as well.
    const hasMoved = again.window.from === border + dayMs
    const shownFrom = hasMoved ? border : border + dayMs
    expect(rows(worker, knowledge, again, [], logEnd + dayMs, shownFrom)).toEqual(
      rows(
        worker,
        knowledge,
        { window: wholeTime, timeline: own },
        [],
        logEnd + dayMs,
        border + dayMs,
      ),
    )
  }
}

function ofWorker(events: readonly LedgerEvent[], worker: string): readonly LedgerEvent[] {
  return events.filter((event) => event.worker === worker)
}

/** Neither it, nor the activity that it ends, what it plans, or its reservation's other events lie before an instant. */
function staysBehind(event: LedgerEvent, own: Timeline, from: number): boolean {
  if (event.at - (event.timeInPreviousActivityMs ?? 0) < from) return false
  if ((event.since ?? from) < from) return false
  if (event.reservation === null) return true
  return own.every((other) => other.reservation !== event.reservation || other.at >= from)
}

/** The rows that end after the border, by name. */
function rows(
  worker: string,
  knowledge: Knowledge,
  { window, timeline }: { readonly window: Window; readonly timeline: Timeline },
  late: readonly LedgerEvent[],
  asOf = logEnd,
  from = border,
): Record<string, unknown> {
  const all = withEvents(timeline, late)
  const found = workerFold.contribution(worker, all, window, knowledge, asOf).rows
  return Object.fromEntries(
    [...found]
      .filter(([, { key, values }]) => {
        const ends = key['interval_start'] ?? key['ended_at'] ?? values['ended_at']
        return Number(ends ?? Infinity) >= from
      })
      .map(([name, { values }]) => [name, values]),
  )
}
