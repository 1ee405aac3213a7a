import { expect, test } from 'vitest'
import { travelRun } from '../support/travel-run.ts'

test('the state of an instant is what was shown then, and what the whole ledger comes to there', async () => {
  const run = await travelRun({
    seed: 'there and back',
    ...{ agents: 8, queues: 4, hours: 0.35, instants: 20 },
  })
  expect(run.compared).toBeGreaterThan(15)
})
