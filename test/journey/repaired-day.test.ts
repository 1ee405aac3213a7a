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

test('a day of all sources with an hour lost is unknown there, and the simulator’s own after a backfill', async () => {
  expect.hasAssertions()
  const seed = 'a day with a hole'
  const startAt = Date.UTC(2026, 2, 10, 12)
  await repairedRun({
    ...{ centre: createCentre({ seed, agents: 14, queues: 4 }), folder: folder.path, seed },
    ...{ startAt, hours: 8, lostFrom: startAt + 3 * hourMs, lateByMs: 5 * hourMs, speed: 800 },
  })
})
