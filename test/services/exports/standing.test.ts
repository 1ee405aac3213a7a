import { expect, test } from 'vitest'
import { dueFiles, type Policy } from '../../../services/exports/plan/due.ts'
import { standingOf, type StandingOptions } from '../../../services/exports/standing.ts'
import { tickedTopics } from '../../../services/log/topics.ts'
import { openServerWarehouse } from '../../../services/warehouse/server.ts'

const minuteMs = 60_000
const quarter = 15 * minuteMs
const noon = Date.parse('2026-03-10T12:00:00Z')
const quarters = Array.from({ length: 4 }, (_, n) => ({
  from: noon + n * quarter,
  to: noon + (n + 1) * quarter,
}))
const span = { from: noon, to: noon + 4 * quarter }
const down = { from: noon + 20 * minuteMs, to: noon + 40 * minuteMs }

const policy: Policy = {
  ...{ lateData: 'replace', closeDelayMs: 0, patienceMs: 60 * minuteMs },
  ...{ windowMs: 0, restateEveryMs: quarter },
}

/** The first tick after an outage has been folded, and the tables do not tell of a gap. */
function surroundings(now: number, unsettled: StandingOptions['unsettled']): StandingOptions {
  const warehouse = openServerWarehouse({ url: 'http://127.0.0.1:9', database: 'ledgerline' })
  return {
    log: { partitions: () => 1 },
    warehouse: { ...warehouse, query: () => Promise.resolve([]) },
    runnerProgress: () =>
      tickedTopics.map((topic) => ({ topic, partition: 0, nextOffset: 1, tick: now })),
    unsettled,
  }
}

async function due(now: number, unsettled?: StandingOptions['unsettled']) {
  const options = surroundings(now, unsettled)
  const standing = await standingOf(options, 'queue_intervals', span, now)
  const files = dueFiles(policy, quarters, new Map(), () => 'same', standing)
  return files.map(({ span: { from }, lacks }) => [(from - noon) / quarter, ...lacks])
}

test('of the time that the hub was down nothing goes out as complete before the tables tell of its gaps', async () => {
  expect(await due(span.to, () => [down])).toEqual([[0], [3]])
  expect(await due(span.to, () => [])).toEqual([[0], [1], [2], [3]])
  expect(await due(span.to)).toEqual([[0], [1], [2], [3]])
})

test('it is not held for ever by somebody who does not look', async () => {
  const lacks = 'a source has a gap'
  const now = span.to + policy.patienceMs
  expect(await due(now, () => [down])).toEqual([[0], [1, lacks], [2, lacks], [3]])
})
