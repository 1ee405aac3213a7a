import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bases,
  isOfPlan,
  planPieces,
  plansOver,
  type PlanPiece,
} from '../../../services/projections/agent-plan.ts'
import { withEvents } from '../../../services/projections/timeline.ts'
import { aPlan } from '../../support/plan-events.ts'

const hour = 3_600_000
const day = Date.parse('2026-03-10T00:00:00Z')

/** Read so many hours after midnight, and what it says of a stretch in hours: the code of all of it. */
interface Read {
  readonly readAt: number
  readonly from: number
  readonly to: number
  readonly code: string
}

function told({ readAt, from, to, code }: Read, index: number) {
  const span = { from: day + from * hour, to: day + to * hour }
  const segments = [{ ...span, code }]
  return aPlan({ id: `plan-${index}`, worker: 'ann', at: day + readAt * hour, ...span, segments })
}

function piecesOf(readings: readonly Read[], since = -Infinity) {
  const events = withEvents([], readings.map(told)).filter(isOfPlan)
  return bases.map((basis) => planPieces(events, basis, since))
}

/** What is planned, whichever reading says so. */
function codesOf(pieces: readonly PlanPiece[]) {
  return pieces.map(({ from, to, segment }) => [from, to, segment?.code])
}

const shift = { from: 8, to: 16, code: 'SHIFT' }

test('what a reading says again is no other plan, neither in the end nor as it was known', () => {
  const once = [{ ...shift, readAt: 6 }]
  expect(piecesOf([...once, { ...shift, readAt: 10 }])).toEqual(piecesOf(once))
})

test('what is said again after something else was said is another plan', () => {
  const other = { ...shift, code: 'OTHER', readAt: 9 }
  const [final, known] = piecesOf([{ ...shift, readAt: 6 }, other, { ...shift, readAt: 10 }])
  expect(codesOf(final ?? [])).toEqual([[day + 8 * hour, day + 16 * hour, 'SHIFT']])
  expect(final?.map(({ readAt }) => readAt)).toEqual([day + 10 * hour])
  expect(codesOf(known ?? [])).toEqual([
    [day + 8 * hour, day + 9 * hour, 'SHIFT'],
    [day + 9 * hour, day + 10 * hour, 'OTHER'],
    [day + 10 * hour, day + 16 * hour, 'SHIFT'],
  ])
})

/** Each an hour after the one before. */
const readings = fc
  .array(
    fc.record({
      from: fc.integer({ min: 0, max: 3 }).map((quarter) => quarter * 6),
      to: fc.integer({ min: 4, max: 5 }).map((quarter) => quarter * 6),
      code: fc.constantFrom('SHIFT', 'OTHER'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) => all.map((reading, index) => ({ ...reading, readAt: index })))

test('a reading that says what the last one of the same time said could as well not be there', () => {
  fc.assert(
    fc.property(readings, (all) => {
      const left = all.filter((reading, index) => {
        const before = all
          .slice(0, index)
          .findLast(({ from, to }) => from < reading.to && to > reading.from)
        return (
          before?.from !== reading.from || before.to !== reading.to || before.code !== reading.code
        )
      })
      const without = (pieces: readonly PlanPiece[]) =>
        pieces.map(({ from, to, segment, readAt }) => ({ from, to, segment, readAt }))
      expect(piecesOf(left).map(without)).toEqual(piecesOf(all).map(without))
    }),
  )
})

test('from a border on those that show there say what all say', () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 0, max: 24 }), (all, at) => {
      const border = day + at * hour
      const events = withEvents([], all.map(told)).filter(isOfPlan)
      const shown = new Set(plansOver(events, border))
      const left = events.filter((event) => event.at >= border || shown.has(event.id))
      for (const basis of bases) {
        expect(planPieces(left, basis, border)).toEqual(planPieces(events, basis, border))
      }
    }),
  )
})
