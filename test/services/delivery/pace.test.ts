import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterGoing, mayGoAt, newPace } from '../../../services/delivery/pace.ts'

test('without a limit it may go at once', () => {
  expect(mayGoAt(newPace(1, 0), null, 7)).toBe(7)
})

test('in any stretch of time no more goes than the limit lets, and what waits goes at last', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 100, noNaN: true }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 100 }),
      (perSecond, pauses) => {
        let now = 0
        let pace = newPace(perSecond, now)
        const gone: number[] = []
        for (const pause of pauses) {
          now += pause
          now = mayGoAt(pace, perSecond, now)
          // Whoever comes when he was told to is not sent away again.
          expect(mayGoAt(pace, perSecond, now)).toBe(now)
          pace = afterGoing(pace, perSecond, now)
          gone.push(now)
        }
        for (const [index, from] of gone.entries()) {
          for (const [more, to] of gone.slice(index).entries()) {
            const most = Math.max(1, perSecond) + ((to - from) / 1000) * perSecond
            expect(more + 1).toBeLessThanOrEqual(most + 1e-3)
          }
        }
      },
    ),
  )
})
