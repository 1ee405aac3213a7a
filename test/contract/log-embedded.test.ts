import { describe } from 'vitest'
import { createEmbeddedPlace } from '../support/log-place.ts'
import { logContract } from './log.contract.ts'
import { logGroupsContract } from './log.groups.contract.ts'

describe('the embedded log', () => {
  logContract(createEmbeddedPlace)
  logGroupsContract(createEmbeddedPlace, { lostBeforeGained: true, settleMs: 5_000 })
})
