import { expect, test } from 'vitest'
import { seriesColumns } from '../../../services/exports/series/series-columns.ts'
import { mergedSpans } from '../../../services/exports/series/series-statement.ts'

test('gaps that touch or overlap are one, and one that goes on has no end', () => {
  expect(
    mergedSpans([
      { from: 50, to: 60 },
      { from: 0, to: 10 },
      { from: 10, to: 20 },
      { from: 12, to: 15 },
      { from: 70, to: null },
    ]),
  ).toEqual([
    { from: 0, to: 20 },
    { from: 50, to: 60 },
    { from: 70, to: Date.UTC(2200, 0) },
  ])
  expect(mergedSpans([])).toEqual([])
})

test('a series has the columns of one attribution, volume and backlog, and one handle time', () => {
  const { metrics, rates } = seriesColumns('arrival')
  const names = metrics.map(({ name }) => name)
  expect(names.filter((name) => name.includes('_wce_'))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(['offered_count', 'waiting_boi_count']))
  expect(rates.map(({ name }) => name)).toEqual(['aht_cohort_ms'])
  const ends = seriesColumns('end')
  expect(ends.metrics.map(({ name }) => name).filter((name) => name.startsWith('cohort_'))).toEqual(
    ['cohort_abandoned_short_count'],
  )
  expect(ends.rates.map(({ name }) => name)).toEqual(['aht_wce_ms'])
  // Each column that is named is one of the table's, and none is named twice.
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(6 + 11 + 3)
})
