import { expect, test } from 'vitest'
import { travelRun } from '../support/travel-run.ts'

test('the state of a thousand instants of a week is what was shown then, and what the whole ledger comes to there', async () => {
  const run = await travelRun({
    seed: 'a week there and back',
    ...{ agents: 20, queues: 6, hours: 7 * 24, instants: 1_000 },
  })
  expect(run.compared).toBeGreaterThan(950)
})
