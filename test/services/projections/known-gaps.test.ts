import fc from 'fast-check'
import { expect, test } from 'vitest'
import { learnGap, unknownSpans } from '../../../services/projections/known-gaps.ts'
import { anEvent } from '../../support/fold-all.ts'

const gap = (
  gapFrom: number,
  gapTo: number | null,
  status = 'open',
  source = 'twilio-taskrouter',
  worker: string | null = null,
) => anEvent({ type: 'source.gap', id: 'gap', source, worker, at: 1_000, gapFrom, gapTo, status })

const learnt = (events: readonly ReturnType<typeof gap>[], agent = 'ann') =>
  unknownSpans(events.reduce(learnGap, []), agent)

test('a gap goes on until its end is told, and is none once it was read again', () => {
  expect(learnt([gap(100, null)])).toEqual([{ from: 100, to: Infinity }])
  expect(learnt([gap(100, null), gap(100, 200)])).toEqual([{ from: 100, to: 200 }])
  expect(learnt([gap(100, null), gap(100, 200), gap(100, 200, 'filled')])).toEqual([])
  expect(learnt([gap(100, 200, 'empty')])).toEqual([])
})

test('sources that tell nothing of agents have no part in it', () => {
  expect(learnt([gap(100, 200, 'open', 'sendgrid')])).toEqual([])
  expect(learnt([gap(100, 200, 'open', 'twilio-conversations')])).toEqual([])
  // Calls tell how long a customer was on hold: nothing that a plan is held against.
  expect(learnt([gap(100, 200, 'open', 'twilio-voice')])).toEqual([])
  expect(learnt([gap(100, 200, 'open', 'a-telephone-system')])).toEqual([{ from: 100, to: 200 }])
})

test('a gap that names a worker is his alone, and does not close what is missing of all', () => {
  const own = gap(100, 200, 'open', 'twilio-taskrouter', 'ann')
  expect(learnt([own])).toEqual([{ from: 100, to: 200 }])
  expect(learnt([own], 'bob')).toEqual([])
  const filled = gap(100, 200, 'filled', 'twilio-taskrouter', 'ann')
  expect(learnt([gap(100, 300), own, filled])).toEqual([{ from: 100, to: 300 }])
  expect(learnt([gap(100, 300), own, gap(100, 300, 'filled')])).toEqual([{ from: 100, to: 200 }])
})

test('what is told twice is the same object, and the order in which it is told plays no part', () => {
  const events = [
    ...[gap(100, null), gap(100, 200), gap(100, 300), gap(400, 500), gap(400, 500, 'filled')],
    ...[gap(100, 250, 'open', 'another'), gap(600, null)],
    ...[
      gap(100, 150, 'open', 'twilio-taskrouter', 'ann'),
      gap(100, null, 'open', 'another', 'bob'),
    ],
  ]
  const all = events.reduce(learnGap, [])
  for (const event of events) expect(learnGap(all, event)).toBe(all)
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
      expect(shuffled.reduce(learnGap, [])).toEqual(all)
    }),
  )
})
