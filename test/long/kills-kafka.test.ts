import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { startKafka, type KafkaCluster } from '../support/kafka-broker.ts'
import { killRun } from '../support/kill-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

const authToken = 'a-token-of-this-test'

let folder: Awaited<ReturnType<typeof tempFolder>>
let kafka: KafkaCluster
let warehouseUrl: string
const processes: HubProcess[] = []

beforeAll(async () => {
  folder = await tempFolder()
  kafka = await startKafka({ brokers: 1 })
  const enginePort = String(await freePort())
  warehouseUrl = `http://127.0.0.1:${enginePort}`
  const data = { LEDGERLINE_DATA_DIR: folder.path }
  processes.push(await startHubProcess(['engine'], { ...data, LEDGERLINE_ENGINE_PORT: enginePort }))
  const shared = {
    ...data,
    KAFKA_BROKERS: kafka.brokers.join(),
    LEDGERLINE_PARTITIONS: '3',
    CLICKHOUSE_URL: warehouseUrl,
    CLICKHOUSE_USER: 'ledgerline',
    CLICKHOUSE_PASSWORD_FILE: `${folder.path}/engine-secret`,
  }
  processes.push(await startHubProcess(['projections'], shared))
  processes.push(await startHubProcess(['ingest'], { ...shared, TWILIO_AUTH_TOKENS: authToken }))
  processes.push(await startHubProcess(['api'], shared))
})

afterAll(async () => {
  for (const one of processes.toReversed()) await one.stop()
  await kafka.close()
  await folder.remove()
})

test('nothing acknowledged is missing or counted twice, whichever process is killed', async () => {
  expect.hasAssertions()
  const [, projections, ingest] = processes
  if (projections === undefined || ingest === undefined) throw new Error('not all roles run')
  await killRun({
    ...{ ingest, projections, victims: processes, authToken, warehouseUrl },
    kills: 20,
    seed: 'on kafka',
  })
})
