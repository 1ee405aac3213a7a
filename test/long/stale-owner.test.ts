import { expect, test } from 'vitest'
import { staleOwnerRun } from '../support/stale-owner.ts'

test('what a stopped owner still writes does not win, also where both remember in one folder', async () => {
  expect.hasAssertions()
  await staleOwnerRun('one folder')
})
