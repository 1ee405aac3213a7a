import fc from 'fast-check'
import { expect, test } from 'vitest'
import { learnGap, unknownSpans } from '../../../services/projections/known-gaps.ts'
import { anEvent } from '../../support/fold-all.ts'

const gap = (
  gapFrom: number,
  gapTo: number | null,
  status = 'open',
  source = 'twilio-taskrouter',
) => anEvent({ type: 'source.gap', id: 'gap', source, at: 1_000, gapFrom, gapTo, status })

const learnt = (events: readonly ReturnType<typeof gap>[]) =>
  unknownSpans(events.reduce(learnGap, []))

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

test('what is told twice is the same object, and the order in which it is told plays no part', () => {
  const events = [
    ...[gap(100, null), gap(100, 200), gap(100, 300), gap(400, 500), gap(400, 500, 'filled')],
    ...[gap(100, 250, 'open', 'another'), gap(600, null)],
  ]
  const all = events.reduce(learnGap, [])
  for (const event of events) expect(learnGap(all, event)).toBe(all)
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
      expect(shuffled.reduce(learnGap, [])).toEqual(all)
    }),
  )
})
