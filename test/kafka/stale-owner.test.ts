import { expect, test } from 'vitest'
import { staleOwnerRun } from '../support/stale-owner.ts'

test('what a stopped owner still writes when it wakes does not win against its heir’s', async () => {
  expect.hasAssertions()
  await staleOwnerRun('each its own folder')
})
