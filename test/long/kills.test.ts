import { expect, test } from 'vitest'
import { killRun } from '../support/kill-run.ts'
import { withEmbeddedHub } from '../support/killable-hub.ts'

test('nothing acknowledged is missing or counted twice, whichever process is killed', async () => {
  expect.hasAssertions()
  await withEmbeddedHub((hub) => killRun({ ...hub, kills: 20, seed: 'embedded' }))
})
