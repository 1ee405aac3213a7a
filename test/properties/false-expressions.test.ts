import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCondition, type Condition } from '../../services/routing/condition.ts'
import { comparisonsOf } from '../../services/routing/expression.ts'
import { withValueAt, type JsonValue } from '../../services/routing/json-value.ts'
import { nearestChange } from '../../services/routing/nearest-change.ts'
import { whyFalse } from '../../services/routing/why-false.ts'
import { arbitraryContext, arbitraryExpression } from '../support/arbitrary-expression.ts'
import { bruteHolds } from '../support/brute-expression.ts'

test('what is told to be false is false by itself, whatever the other clauses are', () => {
  fc.assert(
    fc.property(arbitraryExpression, arbitraryContext, (text, context) => {
      const condition = conditionOf(text)
      const clauses = whyFalse(condition, context)
      expect(clauses.length === 0).toBe(condition.holds(context))
      // All that is not named made true: it is false still.
      const named = new Set(clauses.map(({ offset }) => offset))
      const rest = comparisonsOf(condition.expression).reduceRight(
        (others, { from, to }) =>
          others.slice(0, from) + (named.has(from) ? '1 == 2' : '1 == 1') + others.slice(to),
        text,
      )
      expect(conditionOf(rest).holds(context), rest).toBe(clauses.length === 0)
    }),
    { numRuns: 2_000 },
  )
})

test('the nearest change makes the condition hold, and where trying out finds one there is one', () => {
  const tried: readonly JsonValue[] = [
    ...[null, true, false, 0, 1, 2, 3, 5, 11, -2, '', 'a', 'b', 'ab', 'A', '5', 'true'],
    ...[[], ['a'], ['b'], [1], [5], [null], [true], ['ab'], ['A'], [2.5], [0]],
  ]
  let found = 0
  fc.assert(
    fc.property(arbitraryExpression, arbitraryContext, (text, context) => {
      const condition = conditionOf(text)
      if (condition.holds(context)) return
      const change = nearestChange(condition, context)
      if (change !== null) {
        found++
        const { subject, path, to } = change
        const changed = { ...context, [subject]: withValueAt(context[subject], path, to) }
        expect(bruteHolds(text, changed, null), `${text} by ${JSON.stringify(change)}`).toBe(true)
        return
      }
      for (const [name] of text.matchAll(/\b(?:worker|task)(?:\.[\p{L}]+)+(?![\p{L}.[])/gu)) {
        const [subject = '', ...path] = name.split('.')
        for (const value of tried) {
          const document = subject === 'worker' ? context.worker : context.task
          const changed = { ...context, [subject]: withValueAt(document, path, value) }
          const advice = `${text}: ${name} could be ${JSON.stringify(value)}`
          expect(bruteHolds(text, changed, null), advice).toBe(false)
        }
      }
    }),
    { numRuns: 1_000 },
  )
  expect(found).toBeGreaterThan(100)
})

function conditionOf(text: string): Condition {
  const read = readCondition(text, 'target')
  if (read.kind === 'refused') throw new Error(`${text}: ${JSON.stringify(read.faults)}`)
  return read.value
}
