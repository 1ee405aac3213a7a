import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { foldAll, foldArriving, type PlainRow } from '../support/fold-all.ts'
import { expectLaws } from '../support/laws.ts'

const runs = { numRuns: 120 }

test('every law of conservation holds for any log, however broken', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.integer({ min: logStart, max: logEnd }), (events, asOf) => {
      expectLaws(foldAll(events, asOf), asOf)
    }),
    runs,
  )
})

test('neither the order nor the repetition of events changes a row', () => {
  const log = arbitraryLog.chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
    ),
  )
  fc.assert(
    fc.property(log, ([events, arrived]) => {
      const missing = events.filter((event) => !arrived.includes(event))
      expect(byName(foldAll([...arrived, ...missing], logEnd))).toEqual(
        byName(foldAll(events, logEnd)),
      )
    }),
    runs,
  )
})

test('what was derived before all was known changes no row', () => {
  const arrivals = arbitraryLog.chain((events) =>
    fc.tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.array(fc.nat({ max: Math.max(1, events.length) }), { maxLength: 4 }),
    ),
  )
  fc.assert(
    fc.property(arrivals, ([events, cuts]) => {
      const borders = [0, ...[...cuts].sort((a, b) => a - b), events.length]
      const parts = borders.map((border, n) => events.slice(border, borders[n + 1]))
      expect(byName(foldArriving(parts, logEnd))).toEqual(byName(foldAll(events, logEnd)))
    }),
    runs,
  )
})

test('rows shifted by whole intervals are the same rows', () => {
  const shift = 4 * 900_000
  fc.assert(
    fc.property(arbitraryLog, (events) => {
      const shifted = events.map((event) => ({ ...event, at: event.at + shift }))
      const starts = (rows: ReturnType<typeof foldAll>, by: number) =>
        (rows.get('queue_intervals') ?? []).map((row) => ({
          ...row,
          interval_start: Number(row['interval_start']) + by,
        }))
      const names = (rows: readonly PlainRow[]) => rows.map(nameOf).sort()
      expect(names(starts(foldAll(shifted, logEnd + shift), 0))).toEqual(
        names(starts(foldAll(events, logEnd), shift)),
      )
    }),
    runs,
  )
})

function byName(tables: ReturnType<typeof foldAll>): Record<string, readonly string[]> {
  return Object.fromEntries([...tables].map(([table, rows]) => [table, rows.map(nameOf).sort()]))
}

function nameOf(row: PlainRow): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
}
