import { expect, test } from 'vitest'
import type { SourceState } from '../../../schemas/feeds/sources.ts'
import { findingsOf } from '../../../services/cli/doctor-sources.ts'

const heard: SourceState = {
  ...{ source: 'twilio-voice', state: 'ok', lastEventAt: 0, lastReceivedAt: 0 },
  ...{ delaySeconds: 1, skewSeconds: 0.2, ratePerMinute: 4 },
  ...{ gaps: [], errors: [], signatureFailures: 0, refusals: 0 },
}

test.each([
  [-31, /31\.0 s ahead of ours/],
  [45.5, /within 45\.5 s of happening/],
])('a clock that is %d s off is found', (skewSeconds, words) => {
  expect(findingsOf({ ...heard, skewSeconds })).toMatchObject([
    { sort: 'note', what: 'clock', detail: expect.stringMatching(words) as string },
  ])
})

test.each([-30, 0, 30, null])('a clock that is %s s off is none', (skewSeconds) => {
  expect(findingsOf({ ...heard, skewSeconds })).toEqual([])
})
