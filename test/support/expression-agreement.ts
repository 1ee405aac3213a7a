import fc from 'fast-check'
import { expect } from 'vitest'
import { readCondition } from '../../services/routing/condition.ts'
import type { Place, RoutingContext } from '../../services/routing/routing-context.ts'
import { arbitraryContext, arbitraryExpression } from './arbitrary-expression.ts'
import { bruteHolds } from './brute-expression.ts'

const plainOf = { queue: 'worker', filter: 'task', target: null } as const

/**
 * Asks every generated expression, at every place, of a generated worker and task, by the hub's reading and by the tests'
 * own. Throws with the smallest expression on which they differ.
 */
export function checkAgreement(settings: { readonly numRuns: number; readonly seed?: number }) {
  let held = 0
  fc.assert(
    fc.property(arbitraryExpression, arbitraryContext, (text, context) => {
      for (const place of ['queue', 'filter', 'target'] as const) {
        const holds = conditionAt(text, place).holds(context)
        if (holds) held++
        expect(holds, `${text} at ${place}`).toBe(
          bruteHolds(text, rootsAt(place, context), plainOf[place]),
        )
      }
    }),
    settings,
  )
  // Were nearly all true or nearly all false, agreeing would say little.
  expect(held / (3 * settings.numRuns)).toBeGreaterThan(0.1)
  expect(held / (3 * settings.numRuns)).toBeLessThan(0.9)
}

function conditionAt(text: string, place: Place) {
  const read = readCondition(text, place)
  if (read.kind === 'refused') throw new Error(`${text}: ${JSON.stringify(read.faults)}`)
  return read.value
}

function rootsAt(place: keyof typeof plainOf, context: RoutingContext) {
  const { worker, task, taskrouter } = context
  if (place === 'queue') return { worker, taskrouter }
  return place === 'filter' ? { task, taskrouter } : { worker, task, taskrouter }
}
