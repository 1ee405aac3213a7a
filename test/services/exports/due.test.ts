import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LateData } from '../../../connectors/connector.ts'
import type { Instant, Span } from '../../../schemas/events/instant.ts'
import {
  differing,
  dueFiles,
  type DueFile,
  type Policy,
  type Standing,
  type WrittenStretch,
} from '../../../services/exports/plan/due.ts'
import { stretchesOf } from '../../../services/exports/plan/stretches.ts'

const minuteMs = 60_000
const quarter = 15 * minuteMs
const begin = Date.UTC(2026, 2, 2, 8)

const policy: Policy = {
  ...{ lateData: 'replace', closeDelayMs: 10 * minuteMs, patienceMs: 60 * minuteMs },
  ...{ windowMs: 2 * 60 * minuteMs, restateEveryMs: quarter },
}

function quarters(count: number): readonly Span[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ from: begin + index * quarter, to: begin + (index + 1) * quarter },
  }))
}

function standing(now: Instant, own: Partial<Standing> = {}): Standing {
  return { now, asOf: now, finalUntil: now, gaps: [], ...own }
}

const none: ReadonlyMap<Instant, WrittenStretch> = new Map()
const same = () => 'same'
const spansOf = (files: readonly DueFile[]) =>
  files.map(({ span }) => [(span.from - begin) / quarter, (span.to - begin) / quarter])

describe('when a file is due', () => {
  const [first] = quarters(1)
  if (first === undefined) throw new Error('there is none')
  const closed = first.to + policy.closeDelayMs
  const due = (own: Partial<Policy>, at: Standing) =>
    dueFiles({ ...policy, ...own }, quarters(1), none, same, at)

  test('after the close delay, not sooner', () => {
    expect(due({}, standing(closed - 1))).toEqual([])
    expect(due({}, standing(closed))).toMatchObject([{ span: first, lacks: [], isRestated: false }])
  })

  test.each([
    ['tables that are behind', { asOf: first.to - 1 }, ['tables are behind']],
    ['tables of which nobody knows', { asOf: null }, ['tables are behind']],
    ['an open gap', { gaps: [{ from: first.from, to: null }] }, ['a source has a gap']],
  ])('%s are waited for, and after patience it says what it lacks', (_name, own, lacks) => {
    expect(due({}, standing(closed + policy.patienceMs - 1, own))).toEqual([])
    expect(due({}, standing(closed + policy.patienceMs, own))).toMatchObject([{ lacks }])
  })

  test('what goes once goes when it is final', () => {
    const own = { lateData: 'append once' as const }
    expect(due(own, standing(closed, { finalUntil: first.from }))).toEqual([])
    expect(due(own, standing(closed, { finalUntil: first.to }))).toHaveLength(1)
    expect(due(own, standing(closed + policy.patienceMs, { finalUntil: 0 }))).toMatchObject([
      { lacks: ['it is not final'] },
    ])
  })
})

describe('files that overlap', () => {
  const overlapping: Policy = { ...policy, lateData: 'overlapping', windowMs: 4 * quarter }

  test('after an outage there are as few as tell all', () => {
    const at = standing(begin + 10 * quarter + policy.closeDelayMs)
    expect(spansOf(dueFiles(overlapping, quarters(12), none, same, at))).toEqual([
      ...[
        [0, 4],
        [4, 8],
        [6, 10],
      ],
    ])
  })

  test('a stretch that waits for its source is in none of them', () => {
    const gaps = [{ from: begin + 5 * quarter, to: begin + 6 * quarter }]
    const at = standing(begin + 8 * quarter + policy.closeDelayMs, { gaps })
    expect(spansOf(dueFiles(overlapping, quarters(8), none, same, at))).toEqual([
      ...[
        [0, 4],
        [1, 5],
        [6, 8],
      ],
    ])
  })
})

const kinds = ['replace', 'upsert', 'append once', 'overlapping'] as const

/** What a target knows after files have come: by stretch, how often it was told for the first time, and what last. */
function run(
  lateData: LateData,
  stretches: readonly Span[],
  ticks: readonly number[],
  changes: readonly { readonly stretch: number; readonly at: number }[],
  forgotten: ReadonlySet<number>,
) {
  const own: Policy = { ...policy, lateData, windowMs: 8 * quarter }
  const end = (stretches.at(-1)?.to ?? begin) + 6 * 60 * minuteMs
  const written = new Map<Instant, WrittenStretch>()
  const told = new Map<Instant, string>()
  const keys = new Set<string>()
  const firsts = new Map<Instant, Set<string>>()
  const changedAt = changes.map(({ stretch, at }) => ({
    ...{ from: stretches[stretch % stretches.length]?.from, at: begin + at * minuteMs },
  }))
  let now = begin
  const printAt = (span: Span) =>
    String(changedAt.filter(({ from, at }) => from === span.from && at <= now).length)
  for (const [index, step] of [...ticks, ...Array.from({ length: 40 }, () => 16)].entries()) {
    now = Math.min(now + step * minuteMs, end)
    const begun = stretches.filter(({ to }) => to <= now)
    const files = dueFiles(own, begun, written, printAt, standing(now))
    for (const file of files) {
      const prints = file.stretches.map(printAt)
      const key = JSON.stringify([file.span, prints])
      keys.add(key)
      for (const [at, stretch] of file.stretches.entries()) {
        told.set(stretch.from, prints[at] ?? '')
        if (!written.has(stretch.from)) {
          firsts.set(stretch.from, new Set([...(firsts.get(stretch.from) ?? []), key]))
        }
      }
      // Killed before it was noted: it is answered again.
      if (forgotten.has(index)) continue
      for (const [at, stretch] of file.stretches.entries()) {
        written.set(stretch.from, { ...stretch, writtenAt: now, print: prints[at] ?? '' })
      }
    }
  }
  return { told, firsts, written, printAt, now }
}

/** The last change comes long enough before the run's end for it to be told again, which is not done at once. */
const anyRun = fc.record({
  ticks: fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 25 }),
  changes: fc.array(fc.record({ stretch: fc.nat(60), at: fc.integer({ min: 0, max: 640 }) }), {
    maxLength: 12,
  }),
  forgotten: fc.uniqueArray(fc.nat(24), { maxLength: 4 }).map((each) => new Set(each)),
})

const days = [
  ['UTC', '2026-03-02T08:00Z'],
  ['America/New_York', '2026-11-01T04:00Z'],
  ['America/New_York', '2026-03-08T05:00Z'],
  ['Pacific/Auckland', '2026-04-04T12:00Z'],
  ['Pacific/Auckland', '2026-09-26T12:00Z'],
] as const

describe.each(kinds)('%s', (lateData) => {
  test.each(days)(
    'whatever comes late, and whoever is killed, all is told: %s %s',
    (zone, text) => {
      const shift = Date.parse(text) - begin
      const grid = { zone, stretchMs: quarter, baseMs: quarter, isUnique: false }
      const span = { from: begin + shift, to: begin + shift + 6 * 60 * minuteMs }
      const stretches = stretchesOf(grid, span).map(({ from, to }) => ({
        ...{ from: from - shift, to: to - shift },
      }))
      expect(stretches.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(6 * 60 * minuteMs)
      fc.assert(
        fc.property(anyRun, ({ ticks, changes, forgotten }) => {
          const { told, firsts, written, printAt } = run(
            lateData,
            stretches,
            ticks,
            changes,
            forgotten,
          )
          expect([...told.keys()].toSorted((a, b) => a - b)).toEqual(
            stretches.map(({ from }) => from),
          )
          const differences = differing(stretches, written, printAt)
          if (lateData === 'append once') {
            for (const { from, print } of differences)
              expect(print).not.toBe(printAt({ from, to: 0 }))
            const isDifferent = new Set(differences.map(({ from }) => from))
            for (const stretch of stretches) {
              if (!isDifferent.has(stretch.from)) {
                expect(told.get(stretch.from)).toBe(printAt(stretch))
              }
            }
          } else {
            expect(differences).toEqual([])
            for (const stretch of stretches) expect(told.get(stretch.from)).toBe(printAt(stretch))
          }
          if (forgotten.size === 0) {
            for (const files of firsts.values()) expect(files.size).toBe(1)
          }
        }),
        { numRuns: 60 },
      )
    },
  )
})

test('what has changed is written again no sooner than said, and what has not is not', () => {
  const [stretch] = quarters(1)
  if (stretch === undefined) throw new Error('there is none')
  const writtenAt = stretch.to + policy.closeDelayMs
  const written = new Map([[stretch.from, { ...stretch, writtenAt, print: 'a' }]])
  const due = (now: Instant, print: string) =>
    dueFiles(policy, [stretch], written, () => print, standing(now))
  expect(due(writtenAt + quarter, 'a')).toEqual([])
  expect(due(writtenAt + quarter - 1, 'b')).toEqual([])
  expect(due(writtenAt + quarter, 'b')).toMatchObject([{ span: stretch, isRestated: true }])
})
