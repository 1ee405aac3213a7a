import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient } from '../../client/operations.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { simulate } from '../../services/simulator/simulator.ts'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { composed } from '../support/compose.ts'
import { startKafka, type KafkaCluster } from '../support/kafka-broker.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'

// What docker-compose.yml starts in containers, started as processes: its commands, its variables, on real brokers. In the
// place of the ClickHouse server stands the engine alone.

const token = 'a-token-of-this-test'
const hourMs = 3_600_000

let folder: Awaited<ReturnType<typeof tempFolder>>
let kafka: KafkaCluster
const processes: HubProcess[] = []
const settings = new Map<string, Record<string, string>>()

beforeAll(async () => {
  folder = await tempFolder()
  kafka = await startKafka({ brokers: 1 })
  const engineFolder = join(folder.path, 'engine')
  const enginePort = String(await freePort())
  const engine = { LEDGERLINE_DATA_DIR: engineFolder, LEDGERLINE_ENGINE_PORT: enginePort }
  processes.push(await startHubProcess(['engine'], engine))
  for (const role of ['ingest', 'projections', 'api']) {
    const port = String(await freePort())
    const secrets: Record<string, string> = {
      LEDGERLINE_PUBLIC_URL: `http://127.0.0.1:${port}`,
      LEDGERLINE_API_TOKENS: token,
      TWILIO_AUTH_TOKENS: token,
      CLICKHOUSE_PASSWORD: readFileSync(join(engineFolder, 'engine-secret'), 'utf8'),
    }
    const env: Record<string, string> = {
      LEDGERLINE_PORT: port,
      LEDGERLINE_DATA_DIR: join(folder.path, role),
    }
    for (const [name, value] of Object.entries(composed.services[role]?.environment ?? {})) {
      env[name] = value
        .replace(/^\$\{(\w+):\?.*\}$/, (_all, variable: string) => secrets[variable] ?? '')
        .replace('kafka:9092', kafka.brokers.join())
        .replace('clickhouse:8123', `127.0.0.1:${enginePort}`)
    }
    settings.set(role, env)
    processes.push(await startHubProcess([role], env))
  }
})

afterAll(async () => {
  for (const one of processes.toReversed()) await one.stop()
  await kafka.close()
  await folder.remove()
})

test('what one role takes in another keeps and a third shows', async () => {
  const [, ingest] = processes
  const report = await simulate({
    centre: createCentre({ seed: 'roles', agents: 20, queues: 4, hours: 'always' }),
    seed: 'roles',
    target: ingest?.url ?? '',
    authToken: token,
    startAt: Date.now() - hourMs,
    endAt: Date.now(),
    road: 'both',
    disorder: { duplicates: 0.05, shuffleWithinMs: 600_000 },
  })
  expect(report.isAborted).toBe(false)
  const client = clientOf('projections')
  await expect.poll(() => lagOf(client), { timeout: 120_000 }).toBe(0)
  await expect.poll(async () => (await state()).agents.length, { timeout: 60_000 }).toBe(20)
  const check = await client.verify(() => undefined)
  expect(check).toMatchObject({ againstLog: [], missingDerived: [], againstFacts: [] })
  expect(check.tables.find(({ table }) => table === 'events')?.rows).toBeGreaterThan(1_000)
})

test('a role that cannot do what it is asked for says who can', async () => {
  for (const role of ['ingest', 'api']) {
    await expect(clientOf(role).rebuild(() => undefined)).rejects.toThrow('role projections')
  }
})

test('each container can be examined from within', async () => {
  for (const [role, env] of settings) {
    const { out, exitCode } = await runCli(['doctor'], env)
    expect(out, role).toContain('answers at')
    expect(exitCode, `${role}: ${out}`).toBe(0)
  }
})

function clientOf(role: string) {
  const port = settings.get(role)?.['LEDGERLINE_PORT'] ?? ''
  return createOperationsClient({ url: `http://127.0.0.1:${port}`, token })
}

async function lagOf(client: ReturnType<typeof clientOf>): Promise<number> {
  const { holdsAll, shards } = await client.progress()
  const lag = shards.reduce((sum, { lagRecords }) => sum + (lagRecords ?? 0), 0)
  const hasEvents = shards.some(({ end }) => end > 100)
  return holdsAll && hasEvents ? lag : Infinity
}

async function state() {
  const port = settings.get('api')?.['LEDGERLINE_PORT'] ?? ''
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`http://127.0.0.1:${port}/v1/state`, { headers })
  return stateSchema.parse(await answer.json())
}
