import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { foldAll } from '../support/fold-all.ts'
import { hourly, intervalsOfMinutes } from '../support/hourly.ts'
import { expectLaws } from '../support/laws.ts'

const moment = fc.integer({ min: logStart, max: logEnd })

test.each([5, 30] as const)(
  'in intervals of %i minutes the laws of conservation hold, and the hours are those of quarter hours',
  (minutes) => {
    fc.assert(
      fc.property(arbitraryLog, moment, (events, asOf) => {
        const knowledge = intervalsOfMinutes(minutes)
        const quarters = foldAll(events, asOf)
        const rows = foldAll(events, asOf, knowledge)
        expectLaws(rows, asOf, knowledge.intervalMs)
        for (const table of Object.keys(intervalMetrics).filter(isIntervalTable)) {
          expect(hourly(table, rows.get(table) ?? [], knowledge.intervalMs, asOf), table).toEqual(
            hourly(table, quarters.get(table) ?? [], 900_000, asOf),
          )
        }
      }),
      { numRuns: 15 },
    )
  },
)

function isIntervalTable(name: string): name is IntervalTable {
  return name in intervalMetrics
}
