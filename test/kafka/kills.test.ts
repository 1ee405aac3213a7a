import { expect, test } from 'vitest'
import { killRun } from '../support/kill-run.ts'
import { withKafkaHub } from '../support/killable-hub.ts'

test('nothing acknowledged is missing or counted twice, whichever process is killed', async () => {
  expect.hasAssertions()
  await withKafkaHub(1, (hub) => killRun({ ...hub, kills: 3, seed: 'brokers' }))
})
