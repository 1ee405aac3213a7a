import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { expectFourAnswersAlike } from '../support/month-report.ts'
import { monthRun } from '../support/month-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

const hourMs = 3_600_000

let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
})

afterAll(() => folder.remove())

/** Half past midnight in New York, where this Sunday has 23 hours. */
const startAt = Date.UTC(2026, 2, 8, 5, 30)

test('hours of all channels are the same by simulator, rebuild and facts, and add up in local time', async () => {
  expect.hasAssertions()
  const seed = 'the night of the clocks'
  const centre = createCentre({ seed, agents: 4, queues: 4, hours: 'always' })
  const report = await monthRun({
    ...{ centre, seed, folder: folder.path, startAt },
    ...{ hours: 3, lateUpToMs: 6 * hourMs, latenessMs: hourMs },
    ...{ zones: ['America/New_York', 'Australia/Lord_Howe'], agentsAsked: 4 },
  })
  expectFourAnswersAlike(report)
  expect(report.zones.dayLengths['America/New_York']).toEqual([92])
})
