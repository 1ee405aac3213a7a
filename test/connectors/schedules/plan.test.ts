import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plannedSegmentSchema, type PlannedSegment } from '../../../schemas/events/schedule.ts'
import { flat, plansOf } from '../../../connectors/schedules/plan.ts'

const hour = 3_600_000
const planned = (from: number, to: number, code: string, more: Partial<PlannedSegment> = {}) =>
  plannedSegmentSchema.parse({ from: from * hour, to: to * hour, code, ...more })

const anySegment = fc
  .record({
    from: fc.integer({ min: 0, max: 30 }),
    hours: fc.integer({ min: 1, max: 12 }),
    code: fc.constantFrom('PHONE', 'CHAT', 'BREAK'),
    overtime: fc.boolean(),
  })
  .map(({ from, hours, code, overtime }) => planned(from, from + hours, code, { overtime }))

/** What lies on top at an hour, found by looking at all that are there. */
function topAt(segments: readonly PlannedSegment[], hourOf: number): string | null {
  const here = segments.filter(({ from, to }) => from <= hourOf * hour && hourOf * hour < to)
  const latest = Math.max(...here.map(({ from }) => from))
  const begun = here.filter(({ from }) => from === latest)
  const shortest = Math.min(...begun.map(({ to }) => to))
  const tops = begun.filter(({ to }) => to === shortest).map(told)
  return tops.toSorted().at(-1) ?? null
}

const told = ({ code, overtime }: PlannedSegment) => `${code} ${String(overtime)}`

test('of segments that overlap the one on top counts, whatever their order, and no time is lost or added', () => {
  fc.assert(
    fc.property(fc.array(anySegment, { maxLength: 8 }), (segments) => {
      const plan = flat(segments)
      for (let at = 0; at < 45; at++) {
        const [here, ...others] = plan.filter(({ from, to }) => from <= at * hour && at * hour < to)
        expect(others).toEqual([])
        expect(here === undefined ? null : told(here)).toBe(topAt(segments, at))
      }
      expect(flat(segments.toReversed())).toEqual(plan)
      expect(flat(plan)).toEqual(plan)
      for (const [index, { from, to }] of plan.entries()) {
        expect(to).toBeGreaterThan(from)
        expect(from).toBeGreaterThanOrEqual(plan[index - 1]?.to ?? 0)
      }
    }),
  )
})

test('a break in a shift leaves the shift on both sides', () => {
  expect(flat([planned(8, 16, 'PHONE'), planned(12, 13, 'LUNCH')])).toEqual([
    planned(8, 12, 'PHONE'),
    planned(12, 13, 'LUNCH'),
    planned(13, 16, 'PHONE'),
  ])
})

test('neighbours that are alike are one segment, those of two days of the roster are two', () => {
  const [monday, tuesday] = [{ date: '2026-03-02' }, { date: '2026-03-03' }]
  expect(flat([planned(8, 12, 'PHONE', monday), planned(12, 16, 'PHONE', monday)])).toEqual([
    planned(8, 16, 'PHONE', monday),
  ])
  expect(flat([planned(8, 12, 'PHONE', monday), planned(12, 16, 'PHONE', tuesday)])).toHaveLength(2)
})

test('each agent has a plan of his own, and it is known where he was named first', () => {
  const line = (n: number) => ({ place: `line ${n}`, field: 'agent' })
  const told = [
    { agent: 'bob', segments: [planned(8, 9, 'PHONE')], named: line(2) },
    { agent: 'ann', segments: [planned(8, 9, 'CHAT')], named: line(3) },
    { agent: 'ann', segments: [planned(9, 10, 'CHAT')], named: line(4) },
  ]
  expect(plansOf(told)).toEqual([
    { agent: 'ann', segments: [planned(8, 9, 'CHAT'), planned(9, 10, 'CHAT')], named: line(3) },
    { agent: 'bob', segments: [planned(8, 9, 'PHONE')], named: line(2) },
  ])
})
