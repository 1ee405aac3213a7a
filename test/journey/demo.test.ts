import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyResultSchema } from '../../schemas/feeds/operations.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { packageRoot } from '../../services/runtime/package-root.ts'
import { freePort } from '../support/hub-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'
import { importQueueFile } from '../vendors/calabrio-importer.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let demo: ChildProcess
let said = ''
/** As in the terminal beside the one that the demo runs in. */
let env: Record<string, string>
let url: string

beforeAll(async () => {
  folder = await tempFolder()
  const ports = { hub: String(await freePort()), engine: String(await freePort()) }
  const settings = { LEDGERLINE_PORT: ports.hub, LEDGERLINE_ENGINE_PORT: ports.engine }
  url = `http://127.0.0.1:${ports.hub}`
  env = { ...settings, LEDGERLINE_DATA_DIR: join(folder.path, 'demo') }
  demo = spawn(process.execPath, [join(packageRoot, 'dist/services/cli/ledgerline.js'), 'demo'], {
    env: {
      PATH: process.env['PATH'],
      ...settings,
      LEDGERLINE_DATA_DIR: folder.path,
      // Whatever is set for a real hub, the demo's events go nowhere else.
      KAFKA_BROKERS: '127.0.0.1:9',
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      TWILIO_AUTH_TOKENS: 'the-real-one',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [demo.stdout, demo.stderr]) {
    stream?.on('data', (text: Buffer) => (said += text.toString()))
  }
})

afterAll(async () => {
  if (demo.exitCode === null && demo.signalCode === null) {
    demo.kill('SIGKILL')
    await once(demo, 'exit')
  }
  await folder.remove()
})

test('a demo says what to open, and there are numbers', async () => {
  await expect.poll(() => said, { timeout: 180_000 }).toContain('now in real time')
  for (const line of [`Wallboard     ${url}/`, `${url}/docs`, 'ClickHouse    http://127.0.0.1:']) {
    expect(said).toContain(line)
  }
  expect(said).not.toContain('the-real-one')
  // An administrator of the simulated centre may have deleted somebody in these hours.
  const deleted = "SELECT uniqExact(worker) FROM events WHERE type = 'worker.deleted'"
  const everybody = async () => (await state()).agents.length + (await numberOf(deleted))
  await expect.poll(everybody, { timeout: 60_000 }).toBe(40)
  const { queues, tasks, agents } = await state()
  expect(queues).toHaveLength(6)
  expect(tasks.length).toBeGreaterThan(0)
  expect(agents.some((agent) => agent.state === 'talk')).toBe(true)
})

test('the question that it prints has an answer', async () => {
  const [, address = '', sql = ''] = /curl '([^']+)' --data-binary "([^"]+)"/.exec(said) ?? []
  const rows = async () =>
    (await fetch(address, { method: 'POST', body: sql.replace('PrettyCompact', 'TSV') })).text()
  await expect.poll(rows, { timeout: 60_000 }).toMatch(/^voice\t/m)
})

test('the commands find it, and find it sound', async () => {
  expect(await verified()).toMatchObject(sound)
  const examined = await runCli(['doctor'], env)
  expect(examined).toMatchObject({ exitCode: 0 })
  expect(examined.out).toContain('answers at')
  expect(await runCli(['dlq', 'list'], env)).toMatchObject({ out: 'there are no dead letters\n' })
  expect((await runCli(['dlq', 'show', 'none'], env)).err).toBe(
    'ledgerline: the hub says: there is no dead letter none\n',
  )
})

test('three products have files of the hours that were over, and little of them changes afterwards', async () => {
  const folder = join(env['LEDGERLINE_DATA_DIR'] ?? '', 'exports')
  const dropped = async (product: string) =>
    (await readdir(join(folder, product))).filter((name) => name.endsWith('.csv')).toSorted()
  const products = ['calabrio-wfm', 'genesys-cloud', 'acme-wfm']
  const missing = async () => {
    const counts = await Promise.all(products.map(async (one) => (await dropped(one)).length))
    return products.filter((_one, index) => counts[index] === 0)
  }
  await expect.poll(missing, { timeout: 180_000 }).toEqual([])
  const [first = ''] = await dropped('calabrio-wfm')
  const lines = importQueueFile(await readFile(join(folder, 'calabrio-wfm', first), 'utf8'), ';')
  const offered = lines.reduce((sum, { values }) => sum + (values[0] ?? 0) + (values[1] ?? 0), 0)
  expect(offered).toBeGreaterThan(0)
  expect(await numberOf('SELECT count() FROM restatements FINAL')).toBeLessThan(5_000)
})

test('a second one is told who is in its way', async () => {
  const second = await runCli(['demo'], { ...env, LEDGERLINE_DATA_DIR: folder.path })
  expect(second.exitCode).toBe(1)
  expect(second.err).toContain('is taken')
  const elsewhere = { LEDGERLINE_PORT: '0', LEDGERLINE_ENGINE_PORT: '0' }
  const beside = await runCli(['demo'], { LEDGERLINE_DATA_DIR: folder.path, ...elsewhere })
  expect(beside.exitCode).toBe(1)
  expect(beside.err).toContain(`process ${demo.pid ?? ''} has`)
})

test('Ctrl-C ends all of it in order, and what it has kept is sound', async () => {
  demo.kill('SIGINT')
  expect(await once(demo, 'exit')).toEqual([0, null])
  await expect(fetch(url)).rejects.toThrow()
  await access(join(env['LEDGERLINE_DATA_DIR'] ?? '', 'log'))
  // It folds the whole ledger again and compares, as a verify does.
  const rebuilt = await runCli(['rebuild'], env)
  expect(rebuilt).toMatchObject({ exitCode: 0 })
  expect(rebuilt.err).toContain('no hub runs')
  expect(rebuilt.out).toContain('rebuilt: every table holds what it held before')
})

const sound = { isSame: true, againstLog: [], missingDerived: [], againstFacts: [] }

async function verified() {
  return verifyResultSchema.parse(JSON.parse((await runCli(['verify', '--json'], env)).out))
}

/** What a question of one number comes to. */
async function numberOf(question: string): Promise<number> {
  const { out } = await runCli(['sql', '--format', 'csv', question], env)
  return Number(out.trim().split('\n')[1])
}

async function state() {
  return stateSchema.parse(await (await fetch(`${url}/v1/state`)).json())
}
