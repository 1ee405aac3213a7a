import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  wfmSpans,
  type MapperSince,
  type MomentSpan,
} from '../../../connectors/mapping/mapped-spans.ts'
import { createMapper } from '../../../connectors/mapping/mapper.ts'
import type { AgentMoment } from '../../../connectors/mapping/moment.ts'
import { activity, contact, give, mapping, moment } from './moments.ts'

const asOf = 300

function rulesOf(version: number): MapperSince['mapper'] {
  const rules = [
    { when: { phase: ['acw'], longerThanMs: 20 }, give: give('LONG-WRAP') },
    { when: { phase: ['talk', 'acw'] }, give: give('{phase}') },
    { when: { activity: ['Break'], longerThanMs: 50 }, give: give('FORGOTTEN') },
    { when: { activity: ['Break'] }, give: give(`BREAK-${version}`) },
    { when: { activity: ['Available'] }, give: give('READY') },
    { until: new Date(120).toISOString(), give: give('EARLY') },
  ]
  return createMapper(mapping({ rules }, version))
}

const mappers: readonly MapperSince[] = [
  { from: 0, mapper: rulesOf(1) },
  { from: 150, mapper: rulesOf(2) },
]

/** Moments one after the other from 0 on, the last of them open. */
const moments = fc
  .array(
    fc.record({
      lengthMs: fc.integer({ min: 1, max: 60 }),
      name: fc.constantFrom('Available', 'Break', 'Coaching'),
      phase: fc.constantFrom('talk' as const, 'acw' as const, null),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts): readonly MomentSpan[] => {
    let from = 0
    return parts.flatMap(({ lengthMs, name, phase }, index) => {
      const [since, to] = [from, index === parts.length - 1 ? null : from + lengthMs]
      from += lengthMs
      if (since > asOf) return []
      const contacts = phase === null ? [] : [contact({ phase, since })]
      const of: AgentMoment = moment({ activity: activity(name, { since }), contacts })
      return [{ moment: of, from: since, to }]
    })
  })

test('at every instant an agent is told as the mapping in force maps what he is then', () => {
  fc.assert(
    fc.property(moments, (spans) => {
      const told = wfmSpans(spans, mappers, asOf)
      for (let at = 0; at < asOf; at++) {
        const of = spans.find(({ from, to }) => from <= at && (to ?? Infinity) > at)
        const by = mappers.findLast(({ from }) => from <= at)
        const found = told.find(({ from, to }) => from <= at && (to ?? Infinity) > at)
        const expected = of === undefined ? undefined : by?.mapper.map(of.moment, at).state.code
        if (found?.state.code !== expected)
          throw new Error(`${at}: ${found?.state.code} ${expected}`)
      }
    }),
  )
})

/** Null: after all that is known of, or in the middle of it. */
function endOf(spans: readonly MomentSpan[]): number | null {
  const end = spans.at(-1)?.to ?? Infinity
  return end > asOf ? null : end
}

test('stretches follow each other without gaps, no two neighbours alike, and only the last is open', () => {
  fc.assert(
    fc.property(moments, (spans) => {
      const told = wfmSpans(spans, mappers, asOf)
      for (const [index, { to, state, unmapped }] of told.entries()) {
        const next = told[index + 1]
        expect(to).toBe(next === undefined ? endOf(spans) : next.from)
        expect([state, unmapped]).not.toEqual([next?.state, next?.unmapped])
      }
    }),
  )
})

test('moments that are cut where nothing changes are told alike', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: asOf - 1 }), (spans, cut) => {
      const pieces = spans.flatMap((span) =>
        span.from < cut && cut < (span.to ?? Infinity)
          ? [
              { ...span, to: cut },
              { ...span, from: cut },
            ]
          : [span],
      )
      expect(wfmSpans(pieces, mappers, asOf)).toEqual(wfmSpans(spans, mappers, asOf))
    }),
  )
})

test('what is shorter than the dwell is not told, and its time stays with what was told before', () => {
  const rules = [{ give: give('{activity}') }]
  const since = [{ from: 0, mapper: createMapper(mapping({ rules, minimumDwellMs: 100 })) }]
  const names = [
    ['Ready', 0, 300],
    ['Ring', 300, 380],
    ['Wrong', 380, 400],
    ['Ready', 400, 700],
    ['Break', 700, 900],
    ['Lunch', 900, null],
  ] as const
  const spans = names.map(([name, from, to]) => ({
    ...{ moment: moment({ activity: activity(name, { since: from }) }), from, to },
  }))
  const told = (at: number) =>
    wfmSpans(spans, since, at).map(({ state, from, to }) => [state.code, from, to])
  expect(told(999)).toEqual([
    ['Ready', 0, 700],
    ['Break', 700, null],
  ])
  expect(told(1_000)).toEqual([
    ['Ready', 0, 700],
    ['Break', 700, 900],
    ['Lunch', 900, null],
  ])
})

test('before there was a mapping nothing is told', () => {
  const spans = [{ moment: moment(), from: 0, to: null }]
  const late = [{ from: 250, mapper: rulesOf(1) }]
  expect(wfmSpans(spans, late, 200)).toEqual([])
  expect(wfmSpans(spans, late, asOf)).toMatchObject([{ from: 250, to: null, version: 1 }])
})
