import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { repairedRun } from '../support/repaired-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

const hourMs = 3_600_000

let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
})

afterAll(() => folder.remove())

/** From a Thursday in New York over the night in which the clocks there are put forward. */
const startAt = Date.UTC(2026, 2, 5, 5)

test('a week of all sources with an hour lost is unknown there, and the simulator’s own after a backfill', async () => {
  expect.hasAssertions()
  const seed = 'a week with a hole'
  await repairedRun({
    ...{ centre: createCentre({ seed, agents: 20, queues: 6 }), folder: folder.path, seed },
    ...{
      startAt,
      hours: 7 * 24,
      lostFrom: startAt + 12 * hourMs,
      lateByMs: 13 * hourMs,
      speed: 500,
    },
  })
})
