import { expect, test } from 'vitest'
import {
  nothingPublished,
  publishedSince,
  standing,
  type Published,
} from '../../../services/projections/published.ts'

const hour = 3_600_000

const published: Published = {
  final: { queue_intervals: [{ from: 0, to: 4 * hour }] },
  delivered: { agent_intervals: [{ from: hour, to: 6 * hour }] },
}

test('of what is out since an instant, intervals from then on stand as they did, and earlier ones do not', () => {
  for (const table of ['queue_intervals', 'agent_intervals']) {
    for (let from = 0; from < 8 * hour; from += hour) {
      const interval = { from, to: from + hour }
      const whole = standing(published, table, interval)
      const since = standing(publishedSince(published, 3 * hour), table, interval)
      expect(since).toBe(from < 3 * hour ? null : whole)
    }
  }
})

test('what is out since the beginning of time is all, and since the last of it nothing', () => {
  expect(publishedSince(published, 0)).toBe(published)
  expect(publishedSince(published, 6 * hour)).toBe(nothingPublished)
})
