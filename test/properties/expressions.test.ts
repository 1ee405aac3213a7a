import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCondition } from '../../services/routing/condition.ts'
import { readOrderBy } from '../../services/routing/order-by.ts'
import { arbitraryExpression } from '../support/arbitrary-expression.ts'
import { checkAgreement } from '../support/expression-agreement.ts'

test('two readings of an expression, written apart, agree whatever it is asked of', () => {
  checkAgreement({ numRuns: 10_000 })
})

test('whatever is put into an expression, it is read or its faults are told with their places', () => {
  const rubbish = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.string({ unit: 'binary', maxLength: 3 }),
    fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      "'",
      '"',
      '.',
      ',',
      '-',
      '\\',
      ' NOT ',
      ' AND ',
      ' IN ',
      '!',
      '&',
    ),
  )
  let refused = 0
  fc.assert(
    fc.property(arbitraryExpression, rubbish, fc.nat(), (text, piece, where) => {
      const at = where % (text.length + 1)
      const broken = text.slice(0, at) + piece + text.slice(at)
      for (const read of [readCondition(broken, 'target'), readOrderBy(broken)]) {
        if (read.kind === 'understood') continue
        refused++
        expect(read.faults.length).toBeGreaterThan(0)
        for (const fault of read.faults) {
          expect(broken.startsWith(fault.piece, fault.offset)).toBe(true)
          expect(fault.offset + fault.piece.length).toBeLessThanOrEqual(broken.length)
          expect(fault.piece === '').toBe(fault.offset === broken.length)
        }
      }
    }),
    { numRuns: 3_000 },
  )
  expect(refused).toBeGreaterThan(3_000)
})
