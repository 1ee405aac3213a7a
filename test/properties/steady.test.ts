import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { wholeTime } from '../../services/projections/agent-story.ts'
import { folds } from '../../services/projections/all.ts'
import { learn, nothingKnown } from '../../services/projections/definitions.ts'
import { isSettled } from '../../services/projections/projection.ts'
import { withEvents, type Timeline } from '../../services/projections/timeline.ts'
import { arbitraryAdherence } from '../support/arbitrary-adherence.ts'
import { arbitraryLog, logStart } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { anEvent } from '../support/fold-all.ts'

const dayMs = 86_400_000

test('until what it says time alone changes nothing of any timeline', () => {
  expect.hasAssertions()
  const reached = { between: 0, settled: 0 }
  fc.assert(
    fc.property(
      arbitraryLog.chain(withAttributes),
      fc.option(arbitraryMappings),
      fc.option(arbitraryAdherence),
      fc.oneof(fc.nat({ max: dayMs }), fc.nat({ max: 10 * dayMs })),
      fc.oneof(fc.nat({ max: dayMs / 4 }), fc.nat({ max: 20 * dayMs })),
      (log, mappings, adherence, passedMs, furtherMs) => {
        const definitions = adherence === null ? [] : [definitionsOf(adherence)]
        const told = [...log, ...(mappings ?? []), ...definitions]
        const knowledge = told.reduce(learn, nothingKnown)
        for (const fold of folds) {
          const timelines = new Map<string, Timeline>()
          for (const event of log) {
            for (const { topic, key, everywhere } of placementsOf(event)) {
              if (topic !== fold.topic || everywhere) continue
              timelines.set(key, withEvents(timelines.get(key) ?? [], [event]))
            }
          }
          for (const [entity, timeline] of timelines) {
            const at = (asOf: number) =>
              fold.contribution(entity, timeline, wholeTime, knowledge, asOf)
            const asOf = Math.max(logStart + passedMs, (timeline.at(-1)?.at ?? 0) + 1)
            const now = at(asOf)
            expect(now.steadyUntil).toBeGreaterThanOrEqual(asOf)
            if (now.steadyUntil === asOf) continue
            reached[isSettled(now) ? 'settled' : 'between']++
            expect(at(Math.min(now.steadyUntil, asOf + furtherMs))).toEqual(now)
          }
        }
      },
    ),
    { numRuns: 300 },
  )
  expect(reached.between).toBeGreaterThan(0)
  expect(reached.settled).toBeGreaterThan(0)
})

function definitionsOf(adherence: AdherenceParameters): LedgerEvent {
  const attributes = JSON.stringify({
    ...{ slThresholdMs: 0, shortAbandonMs: 0, intervalMinutes: 15 },
    adherence,
  })
  return anEvent({ type: 'definitions.set', id: 'DE1', attributes, at: logStart })
}
