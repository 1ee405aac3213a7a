import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { dayRun, daySeed } from '../support/day-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
})

afterAll(() => folder.remove())

test('a day of 30 agents, in disorder or not, gives the rows of the simulator', async () => {
  expect.hasAssertions()
  await dayRun(createCentre({ seed: daySeed, agents: 30, queues: 6 }), folder.path)
})
