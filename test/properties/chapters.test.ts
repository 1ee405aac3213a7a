import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { wholeTime, type Window } from '../../services/projections/agent-story.ts'
import { workerFold } from '../../services/projections/all.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { withEvents, type Timeline } from '../../services/projections/timeline.ts'
import { dayMs, dayStart } from '../../services/time/interval.ts'
import { arbitraryLog, logEnd } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'

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

function isOfTheWhole(
  events: readonly LedgerEvent[],
  chance: number,
  knowledge = nothingKnown,
): void {
  for (const worker of workers) {
    const own = withEvents([], ofWorker(events, worker))
    // What is known when the chapter ends, and what comes after it and does not reach back over the border.
    const late = own.filter((event, n) => staysBehind(event, own) && (n + chance) % 3 === 0)
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
    expect(rows(worker, knowledge, again, [], logEnd + dayMs)).toEqual(
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

/** Neither it, nor the activity that it ends, nor its reservation's other events lie before the border. */
function staysBehind(event: LedgerEvent, own: Timeline): boolean {
  if (event.at - (event.timeInPreviousActivityMs ?? 0) < border) return false
  if (event.reservation === null) return true
  return own.every((other) => other.reservation !== event.reservation || other.at >= border)
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
        return Number(key['interval_start'] ?? values['ended_at'] ?? Infinity) >= from
      })
      .map(([name, { values }]) => [name, values]),
  )
}
