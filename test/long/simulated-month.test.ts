import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { expectFourAnswersAlike } from '../support/month-report.ts'
import { monthRun } from '../support/month-run.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { fiveZones } from '../support/zone-sums.ts'

const hourMs = 3_600_000
const dayHours = 24

let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
})

afterAll(() => folder.remove())

/** With a folder of its own a run that was cut off goes on where it was. */
const kept = process.env['LEDGERLINE_MONTH_FOLDER']

/** From the small hours of a Thursday in New York: clocks change there, in Berlin, in Auckland and on Lord Howe Island within the month. */
const startAt = Date.UTC(2026, 2, 5, 9)

/**
 * 500 agents as busy as planned are some 30 million happenings, and a day of work for one core. A quiet centre has all that
 * can happen too, and more that takes long: its agents are idle rather than busy.
 */
const load = 0.04

test('a month of 500 agents and all channels is the same by simulator, rebuild and facts, and adds up in five zones', async () => {
  expect.hasAssertions()
  const seed = 'a month'
  const report = await monthRun({
    ...{
      centre: createCentre({ seed, agents: 500, queues: 30, load }),
      seed,
      folder: kept ?? folder.path,
    },
    ...{
      startAt,
      hours: 31 * dayHours,
      lateUpToMs: 7 * dayHours * hourMs,
      latenessMs: 5 * hourMs,
      zones: fiveZones,
      agentsAsked: 20,
      onProgress: (figures) => console.info(JSON.stringify(figures)),
    },
  })
  expectFourAnswersAlike(report)
  expect(report.zones.dayLengths).toEqual({
    'America/New_York': [92, 96],
    'Europe/Berlin': [92, 96],
    'Pacific/Auckland': [96, 100],
    'Asia/Kolkata': [96],
    'Australia/Lord_Howe': [96, 98],
  })
})
