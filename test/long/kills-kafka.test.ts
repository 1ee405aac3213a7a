import { expect, test } from 'vitest'
import { killRun } from '../support/kill-run.ts'
import { leadersOf, withKafkaHub } from '../support/killable-hub.ts'

test('nothing acknowledged is missing or counted twice, whichever process is killed', async () => {
  expect.hasAssertions()
  await withKafkaHub(1, (hub) => killRun({ ...hub, kills: 20, seed: 'on kafka' }))
})

test('nothing acknowledged is missing or counted twice, whichever leader is killed', async () => {
  expect.hasAssertions()
  await withKafkaHub(3, (hub, kafka) =>
    killRun({ ...hub, victims: [leadersOf(kafka)], kills: 20, seed: 'on three brokers' }),
  )
})
