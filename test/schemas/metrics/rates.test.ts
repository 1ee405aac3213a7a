import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { intervalMetrics } from '../../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../../schemas/metrics/metric.ts'
import { partsOfRate, rateFormula, rateSql, rateValue } from '../../../schemas/metrics/rate.ts'
import { rates } from '../../../schemas/metrics/rates.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'

const metrics = new Map(
  Object.values<readonly Metric[]>(intervalMetrics)
    .flat()
    .map((metric) => [metric.name, metric]),
)

test('name and attribution tell a rate from every other', () => {
  const names = rates.map(({ name, attribution }) => `${name} ${attribution}`)
  expect(new Set(names).size).toBe(rates.length)
})

test.each(rates)('$name by $attribution divides sums, and no column has its name', (rate) => {
  for (const part of partsOfRate(rate)) expect(metrics.get(part)?.rollUp, part).toBe('sum')
  expect(metrics.has(rate.name)).toBe(false)
})

test('a formula reads as the dictionary writes it', () => {
  const formulas = rates.map((rate) => [`${rate.name} ${rate.attribution}`, rateFormula(rate)])
  expect(Object.fromEntries(formulas)).toMatchObject({
    'asa_ms event': 'wait_answered_ms / answered_count',
    'sl_ex_short arrival':
      'cohort_answered_in_sl_count / (cohort_answered_count + cohort_abandoned_count − cohort_abandoned_short_count)',
    'queue_length_avg overlap': 'waiting_tti_ms / period_ms',
  })
})

describe('in the warehouse', () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await openTestEngine()
  }, 60_000)
  afterAll(() => engine.close())

  test.each([
    ['of any numbers', (place: number) => 1000 - 7 * place],
    ['of zeros', () => 0],
  ])('a rate %s has the same value', async (_of, valueOf) => {
    const names = [...new Set(rates.flatMap(partsOfRate))]
    const sums = new Map(names.map((name, place) => [name, valueOf(place)]))
    const columns = names.map((name) => `toUInt64(${sums.get(name) ?? 0}) AS ${name}`)
    const values = rates.map((rate, place) => `${rateSql(rate, '3600000')} AS rate${place}`)
    const [row] = await engine.warehouse
      .in('system')
      .query(`SELECT ${values.join(', ')} FROM (SELECT ${columns.join(', ')})`)
    expect(row).toEqual(
      Object.fromEntries(
        rates.map((rate, place) => [
          `rate${place}`,
          rateValue(rate, (name) => sums.get(name) ?? 0, 3_600_000),
        ]),
      ),
    )
  })
})
