import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  brokenGaps,
  closedGaps,
  downGaps,
  endedGaps,
  eventsDue,
  keyOf,
  missingGaps,
  newGaps,
  silences,
  type Gap,
  type SilentSource,
} from '../../../services/repair/gaps.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const noon = Date.parse('2026-03-10T12:00:00Z')
const silenceMs = 15 * minuteMs

function silent(more: Partial<SilentSource> = {}): SilentSource {
  return {
    source: 'twilio-taskrouter',
    lastReceivedAt: noon - 20 * minuteMs,
    weeksBefore: [],
    ownLastDay: 0,
    othersLastDay: 0,
    othersSince: 0,
    ...more,
  }
}

const open: Gap = {
  source: 'twilio-taskrouter',
  from: noon,
  to: noon + 10 * minuteMs,
  status: 'open',
  reason: 'silence',
}

test('a source that sends at this hour of every week and is silent now has a gap', () => {
  const source = silent({ weeksBefore: [200, 180, 0, 220] })
  expect(silences([source], noon, silenceMs)).toEqual([
    {
      source: 'twilio-taskrouter',
      from: source.lastReceivedAt,
      to: null,
      status: 'open',
      reason: 'silence',
    },
  ])
})

test('a source that is silent while the others are as busy as ever has a gap', () => {
  // A third of all events were its own, and the others have sent sixty since: some thirty are due.
  const source = silent({ ownLastDay: 1_000, othersLastDay: 2_000, othersSince: 60 })
  expect(eventsDue(source)).toBe(30)
  expect(silences([source], noon, silenceMs)).toHaveLength(1)
})

test('a quiet night is no gap', () => {
  const source = silent({
    lastReceivedAt: noon - 8 * hourMs,
    weeksBefore: [0, 2, 0, 1],
    ...{ ownLastDay: 1_000, othersLastDay: 2_000, othersSince: 3 },
  })
  expect(silences([source], noon, silenceMs)).toEqual([])
})

test('a pause that is shorter than a silence is none, however much is due', () => {
  const source = silent({ lastReceivedAt: noon - silenceMs + 1, weeksBefore: [10_000] })
  expect(silences([source], noon, silenceMs)).toEqual([])
})

test('one holiday in the weeks before does not make a silence usual', () => {
  expect(eventsDue(silent({ weeksBefore: [0, 150, 160] }))).toBe(150)
})

test('a gap that goes on ends where the source is heard again', () => {
  const going = { ...open, to: null }
  const heard = new Map([[keyOf(going), noon + hourMs]])
  expect(endedGaps([going], heard)).toEqual([{ ...going, to: noon + hourMs }])
  expect(endedGaps([going], new Map())).toEqual([])
  expect(endedGaps([open], heard)).toEqual([])
})

test('the time that the hub was down is a gap of whatever was active before', () => {
  const gaps = downGaps(noon, noon + hourMs, [
    { source: 'twilio-taskrouter', lastReceivedAt: noon - minuteMs },
    { source: 'segment', lastReceivedAt: noon - 25 * hourMs },
  ])
  expect(gaps).toEqual([
    {
      source: 'twilio-taskrouter',
      from: noon,
      to: noon + hourMs,
      status: 'open',
      reason: 'hub_down',
    },
  ])
})

test('a restart that takes no two minutes is no gap, and neither is a first start', () => {
  const heard = [{ source: 'twilio-taskrouter', lastReceivedAt: noon - minuteMs }]
  expect(downGaps(noon, noon + 2 * minuteMs, heard)).toEqual([])
  expect(downGaps(null, noon, heard)).toEqual([])
})

test('where a door of its own took events in, only the rest of the time is a gap', () => {
  const heard = [{ source: 'twilio-taskrouter', lastReceivedAt: noon + 58 * minuteMs }]
  expect(downGaps(noon, noon + hourMs, heard)).toEqual([])
  expect(downGaps(noon, noon + 2 * hourMs, heard)).toMatchObject([{ from: noon + 58 * minuteMs }])
})

test('what only the list had tells that it was missing, on a grid of five minutes', () => {
  const at = noon + 7 * minuteMs
  const gaps = missingGaps(
    'twilio-taskrouter',
    [at, at + 4 * minuteMs, at + hourMs],
    noon + 3 * hourMs,
  )
  expect(gaps.map(({ from, to }) => [from - noon, (to ?? 0) - noon])).toEqual([
    [5 * minuteMs, 15 * minuteMs],
    [65 * minuteMs, 70 * minuteMs],
  ])
  expect(gaps.every(({ reason, status }) => reason === 'missing' && status === 'open')).toBe(true)
})

test('what has only just happened may still be on its way, and is not called missing', () => {
  expect(missingGaps('twilio-taskrouter', [noon - minuteMs], noon)).toEqual([])
})

test('stories that lack an event in one outage tell of one gap', () => {
  const source = 'twilio-taskrouter'
  const stories = [
    { source, after: noon + minuteMs, before: noon + 22 * minuteMs },
    { source, after: noon + 3 * minuteMs, before: noon + 11 * minuteMs },
  ]
  expect(brokenGaps(stories)).toMatchObject([{ from: noon, to: noon + 25 * minuteMs }])
})

test('a gap within a known one is not told again', () => {
  const within = { ...open, from: noon + minuteMs, to: noon + 2 * minuteMs }
  expect(newGaps([within], [open])).toEqual([])
  expect(newGaps([within], [{ ...open, to: null }])).toEqual([])
  expect(newGaps([{ ...within, source: 'segment' }], [open])).toHaveLength(1)
  expect(newGaps([{ ...open, to: null }], [open])).toHaveLength(1)
})

test('a gap is closed by what was read: filled if something was missing, else empty', () => {
  const read = { from: noon - minuteMs, to: noon + hourMs, added: 3 }
  expect(closedGaps(open.source, [open], [read])).toEqual([{ ...open, status: 'filled' }])
  const nothing = { ...read, added: 0 }
  expect(closedGaps(open.source, [open], [nothing])).toEqual([{ ...open, status: 'empty' }])
})

test('a gap stays open while any of it was not read, it goes on, or another source was read', () => {
  const { source } = open
  const halves = [
    { from: noon, to: noon + 4 * minuteMs, added: 1 },
    { from: noon + 5 * minuteMs, to: noon + hourMs, added: 1 },
  ]
  expect(closedGaps(source, [open], halves)).toEqual([])
  const whole = [{ from: noon, to: noon + hourMs, added: 1 }]
  expect(closedGaps(source, [{ ...open, to: null }], whole)).toEqual([])
  expect(closedGaps('segment', [open], whole)).toEqual([])
})

test('windows close a gap in whatever order they were read, if they leave no hole', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 599 }), { maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
      fc.option(fc.nat({ max: 8 })),
      (cuts, keys, lost) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), 600].map((at) => noon + at * 1000)
        const windows = borders
          .slice(1)
          .map((to, index) => ({ from: borders[index] ?? noon, to, added: 1 }))
        const kept = windows.filter((_, index) => index !== lost)
        const mixed = kept
          .map((window, index) => ({ window, key: keys[index] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ window }) => window)
        const isWhole = kept.length === windows.length
        expect(closedGaps(open.source, [open], mixed)).toHaveLength(isWhole ? 1 : 0)
      },
    ),
  )
})
