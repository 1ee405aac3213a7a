import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { killRun } from '../support/kill-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

const authToken = 'a-token-of-this-test'

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubProcess
let enginePort: number

beforeAll(async () => {
  folder = await tempFolder()
  enginePort = await freePort()
  hub = await startHubProcess([], {
    LEDGERLINE_DATA_DIR: folder.path,
    LEDGERLINE_ENGINE_PORT: String(enginePort),
    TWILIO_AUTH_TOKENS: authToken,
  })
})

afterAll(async () => {
  await hub.stop()
  await folder.remove()
})

test('nothing acknowledged is missing or counted twice, whichever process is killed', async () => {
  expect.hasAssertions()
  await killRun({
    ...{ ingest: hub, projections: hub, victims: [hub], authToken },
    warehouseUrl: `http://127.0.0.1:${enginePort}`,
    kills: 20,
    seed: 'embedded',
  })
})
