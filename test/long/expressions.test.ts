import { test } from 'vitest'
import { checkAgreement } from '../support/expression-agreement.ts'

/** Another seed asks other expressions; a failure tells the one that it was found with. */
const settings = {
  seed: Number(process.env['EXPRESSIONS_SEED'] ?? 20260310),
  numRuns: Number(process.env['EXPRESSIONS_RUNS'] ?? 100_000),
}

test('two readings of an expression, written apart, agree on a hundred thousand of them', () => {
  checkAgreement(settings)
})
