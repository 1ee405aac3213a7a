import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placementsOf } from '../../services/log/topics.ts'
import { wholeTime } from '../../services/projections/agent-story.ts'
import { folds } from '../../services/projections/all.ts'
import { learn, nothingKnown } from '../../services/projections/definitions.ts'
import { isSettled } from '../../services/projections/projection.ts'
import { withEvents, type Timeline } from '../../services/projections/timeline.ts'
import { arbitraryLog, logStart } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'

const dayMs = 86_400_000

test('until what it says time alone changes nothing of any timeline', () => {
  expect.hasAssertions()
  const reached = { between: 0, settled: 0 }
  fc.assert(
    fc.property(
      arbitraryLog.chain(withAttributes),
      fc.option(arbitraryMappings),
      fc.integer({ min: 0, max: 10 * dayMs }),
      fc.integer({ min: 0, max: 20 * dayMs }),
      (log, mappings, passedMs, furtherMs) => {
        const knowledge = [...log, ...(mappings ?? [])].reduce(learn, nothingKnown)
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
  )
  expect(reached.between).toBeGreaterThan(0)
  expect(reached.settled).toBeGreaterThan(0)
})
