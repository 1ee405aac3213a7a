import type { Instant } from '../../../schemas/events/instant.ts'
import type { Chronicle } from '../model/chronicle.ts'
import { expectedRows, type TruthOptions } from './expected-rows.ts'
import { expectedJourneys } from './journeys.ts'
import { expectedTotals } from './totals.ts'

/**
 * The truth as lines of JSON: the totals first, then every row of every table, the table's name in `table`, and every
 * customer with his contacts.
 */
export function* truthLines(
  chronicle: Chronicle,
  asOf: Instant,
  options: TruthOptions = {},
): Generator<string> {
  yield JSON.stringify({ table: 'totals', as_of: asOf, ...expectedTotals(chronicle, asOf) })
  for (const [table, rows] of Object.entries(expectedRows(chronicle, asOf, options))) {
    for (const row of rows) yield JSON.stringify({ table, ...row })
  }
  for (const journey of expectedJourneys(chronicle, asOf)) {
    yield JSON.stringify({ table: 'journeys', ...journey })
  }
}
