import { expect } from 'vitest'
import type { MonthReport } from './month-run.ts'

/** Zero cells that differ, and enough of everything to say so. */
export function expectFourAnswersAlike(report: MonthReport): void {
  const { truth, againstLog, againstFacts, zones, restatements } = report
  expect({
    truth: truth.differences,
    againstLog: againstLog.differences,
    missingDerived: againstLog.missingDerived,
    againstFacts: againstFacts.differences,
    zones: zones.differences,
  }).toEqual({ truth: [], againstLog: [], missingDerived: [], againstFacts: [], zones: [] })
  for (const [table, rows] of Object.entries(truth.rows)) {
    expect(rows, table).toBeGreaterThan(10)
  }
  expect(againstFacts.compared).toBeGreaterThanOrEqual(truth.cells)
  expect(zones.compared).toBeGreaterThan(1_000)
  // What was late came after its interval was final.
  expect(restatements).toBeGreaterThan(100)
}
