import { expect, test } from 'vitest'
import { intervalMetrics, type IntervalTable } from '../../../schemas/metrics/catalogue.ts'
import { recomputations } from '../../../services/runner/facts-sql.ts'

test.each(
  Object.keys(recomputations).filter((name): name is IntervalTable => name in intervalMetrics),
)('the facts alone tell every metric of %s again', (table) => {
  const sql = recomputations[table].join('\n')
  const untold = intervalMetrics[table]
    .map(({ name }) => name)
    .filter((name) => !sql.includes(`'${name}'`) && !sql.includes(`'${name}#'`))
  expect(untold).toEqual([])
  expect(sql).not.toMatch(/\bevents\b/)
})
