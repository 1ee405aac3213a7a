import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import { anEvent, foldAll, type PlainRow } from '../support/fold-all.ts'
import { expectLaws, expectRollUps } from '../support/laws.ts'
import { byName } from '../support/row-names.ts'
import { arbitraryCourse, runSharded } from '../support/sharded-run.ts'
import { shiftedEvents, shiftedRows } from '../support/shifted.ts'
import {
  definitionsOf,
  eventsOf,
  expectedRows,
  foldedExamples,
  knowledgeOf,
  plain,
} from '../support/worked-examples.ts'

describe.each(foldedExamples)('$id', (given) => {
  const asOf = Date.parse(given.as_of)
  const events = eventsOf(given).filter(({ at }) => at < asOf)
  const tables = Object.keys(intervalMetrics).filter((table) => table in given.expected)
  const rowsOf = (found: ReadonlyMap<string, readonly PlainRow[]>) =>
    tables.map((table) => plain(table, found.get(table) ?? []))
  const expected = tables.map((table) => expectedRows(given, table))

  test('keeps every law', () => {
    const found = foldAll(events, asOf, knowledgeOf(given))
    expectLaws(found, asOf)
    expectRollUps(found, asOf)
  })

  test('has its rows in any order, with anything twice, over any shards', async () => {
    const definitions = anEvent({
      ...{ type: 'definitions.set', id: 'example', at: 0 },
      attributes: JSON.stringify(definitionsOf(given)),
    })
    const arrivals = fc.shuffledSubarray([...events, ...events, definitions])
    await fc.assert(
      fc.asyncProperty(arrivals, arbitraryCourse, async (arrived, course) => {
        const missing = [...events, definitions].filter((event) => !arrived.includes(event))
        expect(rowsOf(await runSharded([...arrived, ...missing], asOf, course))).toEqual(expected)
      }),
      { numRuns: 3 },
    )
  })

  test('has its rows at any other time, shifted by whole intervals', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 40_000 }), (intervals) => {
        const byMs = intervals * quarterHourMs
        const found = foldAll(shiftedEvents(events, byMs), asOf + byMs, knowledgeOf(given))
        const rows = new Map(tables.map((table, index) => [table, expected[index] ?? []]))
        expect(
          byName(new Map(tables.map((table, index) => [table, rowsOf(found)[index] ?? []]))),
        ).toEqual(byName(shiftedRows(rows, byMs)))
      }),
      { numRuns: 3 },
    )
  })
})
