import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createSender } from '../../client/event-sender.ts'
import { customEventDataFields } from '../../schemas/inbound/custom-event-fields.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openHub, type Hub } from '../../services/main.ts'
import { readConfig } from '../../services/runtime/config.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { wfmFixture } from '../connectors/wfm-fixture.ts'
import { canonicalActivities, canonicalContacts } from '../support/canonical-events.ts'
import { anEvent } from '../support/fold-all.ts'
import { freePort } from '../support/hub-process.ts'
import { root } from '../support/source-files.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'
import { until } from '../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

// A WFM product that nobody has heard of is set up by who has nothing but the page: its files are written as they stand
// there, its commands are run as they stand there.

interface Step {
  readonly kind: 'yaml' | 'sh'
  readonly text: string
}

let folder: Awaited<ReturnType<typeof tempFolder>>
let product: HttpReceiver
let hub: Hub
let env: Record<string, string>
let files: readonly string[]
let commands: readonly string[]
const received: { readonly path: string; readonly key: string; readonly body: unknown }[] = []

beforeAll(async () => {
  folder = await tempFolder()
  product = await openHttpReceiver()
  product.answerBy(({ url = '', headers }, body) => {
    const key = headers.authorization ?? ''
    received.push({ path: url, key, body: JSON.parse(body.toString()) })
    return { status: 200, text: '' }
  })
  const drop = join(folder.path, 'drop')
  await mkdir(drop)
  const page = await readFile(join(root, 'connectors/generic/README.md'), 'utf8')
  const steps = [...page.matchAll(/```(yaml|sh)\n([^]*?)```/g)].map(([, kind, text = '']): Step => {
    // What is the reader's own: where the product is, and where files are dropped.
    const own = text
      .replaceAll('https://wfm.acme.example', `http://127.0.0.1:${product.port}`)
      .replaceAll('/var/lib/ledgerline/acme', drop)
    return { kind: kind === 'sh' ? 'sh' : 'yaml', text: own }
  })
  const yaml = steps.filter(({ kind }) => kind === 'yaml')
  files = yaml.map(({ text }) => /^# (\S+)\n/.exec(text)?.[1] ?? '')
  for (const [index, { text }] of yaml.entries()) {
    await writeFile(join(folder.path, files[index] ?? ''), text)
  }
  commands = steps
    .filter(({ kind }) => kind === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'))
    .map((line) => line.replaceAll(/\S+\.yaml/g, (name) => join(folder.path, name)))
  process.env['ACME_TOKEN'] = 'a-token'
  env = {
    LEDGERLINE_DATA_DIR: join(folder.path, 'hub'),
    LEDGERLINE_TARGETS: join(folder.path, 'targets.yaml'),
    LEDGERLINE_EXPORTS: join(folder.path, 'exports.yaml'),
    LEDGERLINE_PORT: String(await freePort()),
    LEDGERLINE_ENGINE_PORT: String(await freePort()),
    LEDGERLINE_PARTITIONS: '2',
  }
}, 60_000)

afterAll(async () => {
  await hub.close()
  await product.close()
  delete process.env['ACME_TOKEN']
  await folder.remove()
})

/** Runs the commands of the page that begin with these words; each must go well. */
async function runs(...begin: readonly string[]): Promise<string> {
  const own = commands.filter((line) => line.startsWith(['ledgerline', ...begin].join(' ')))
  expect(own).not.toEqual([])
  let said = ''
  for (const line of own) {
    const { exitCode, out, err } = await runCli(line.split(' ').slice(1), env)
    expect([line, exitCode, err]).toEqual([line, 0, exitCode === 0 ? err : ''])
    said += out
  }
  return said
}

test('the page has every file that it names, and each is found right', async () => {
  expect(files).toEqual([
    ...['acme.yaml', 'identities-acme.yaml', 'mapping-acme.yaml', 'targets.yaml', 'exports.yaml'],
  ])
  const said = [
    await runs('identities check'),
    await runs('mapping check'),
    await runs('delivery check'),
    await runs('export check'),
  ]
  expect(said.every((text) => text.includes('is right'))).toBe(true)
})

test('a hub starts with them, and takes in what happens', async () => {
  hub = await openHub(readConfig(env), { logger: silentLogger })
  await runs('mapping set')
  const sender = createSender({ url: hub.url, source: '/pbx', workspace: 'WS1' })
  await sender.sendBatch([...canonicalActivities(), ...canonicalContacts()].map(toSent))
  await sender.close()
})

test('a file may be looked at, and a day of the past is delivered: CSV into the folder', async () => {
  const golden = wfmFixture('generic/queues.csv')
  const look = commands.filter((line) => / --from 2026-03-02T10:00 /.test(line))
  expect(look).toHaveLength(1)
  let seen = ''
  const isThere = async () => {
    seen = (await runCli(look[0]?.split(' ').slice(1) ?? [], env)).out
    return golden.split('\n').every((line) => seen.includes(line))
  }
  await until('the hour is in the tables', isThere, { seen: () => seen, forMs: 120_000 })
  await runs('export --target acme --file queues --from 2026-03-02 ')
  const drop = join(folder.path, 'drop')
  const dropped = async () => (await readdir(drop)).filter((name) => name.endsWith('.csv'))
  await until('the file is in the folder', async () => (await dropped()).length === 1, {
    ...{ seen: async () => String(await readdir(drop)), forMs: 60_000 },
  })
  const [name = ''] = await dropped()
  expect(name).toBe('acme_queues_202603020000.csv')
  const lines = (await readFile(join(drop, name), 'utf8')).trim().split('\n')
  expect(lines).toEqual(expect.arrayContaining(golden.trim().split('\n')))
  expect(await readdir(drop)).toContain(`${name}.manifest.json`)
})

test('JSON is pushed to the product’s server, with its token', async () => {
  await runs('export --target acme --file agents --from 2026-03-02 ')
  const pushed = () => received.filter(({ path }) => path === '/agents')
  const seen = () => JSON.stringify(received)
  await until('the message is there', () => pushed().length > 0, { seen, forMs: 60_000 })
  expect(pushed()).toHaveLength(1)
  const message = z.object({ agents: z.array(z.unknown()) })
  const golden = message.parse(JSON.parse(wfmFixture('generic/agents.json')))
  const [first] = pushed()
  expect(first?.key).toBe('Bearer a-token')
  expect(first?.body).toMatchObject({ source: 'acme', from: '2026-03-02T00:00:00.000Z' })
  expect(message.parse(first?.body).agents).toEqual(expect.arrayContaining(golden.agents))
  const journal = await runs('delivery journal')
  expect(journal).toContain('acme-agents')
  expect(journal).toContain('acme-files')
})

test('what agents do is told in the words of the file, as soon as they do it', async () => {
  const sender = createSender({ url: hub.url, source: '/pbx', workspace: 'WS1' })
  const type = 'worker.activity.update'
  const activity = { activity: 'Break', activity_name: 'Break', activity_available: false }
  await sender.send({ type, data: { worker: 'WK2001', ...activity } })
  await sender.close()
  const change = z.object({
    key: z.literal('a-token'),
    states: z.array(z.object({ agent: z.string(), code: z.string(), label: z.string() })),
  })
  const told = () =>
    received
      .filter(({ path }) => path === '/states')
      .flatMap(({ body }) => change.safeParse(body).data?.states ?? [])
  const isTold = () => told().some(({ agent, code }) => agent === '2001' && code === 'BREAK')
  await until('the product knows', isTold, { seen: () => JSON.stringify(told()), forMs: 60_000 })
  expect(told().find(({ code }) => code === 'BREAK')?.label).toBe('now: Break')
  // Whom the file of identities does not name the product is not told of.
  expect(told().filter(({ agent }) => !['2001', '2002'].includes(agent))).toEqual([])
})

/** The event as a source of the customer's own would say it. */
function toSent(event: LedgerEvent) {
  const { id, type, at } = event
  const isAvailable = event.activityName === 'Available'
  const told =
    event.activityName === null
      ? event
      : anEvent({ ...event, activity: event.activityName, activityAvailable: isAvailable })
  const data = Object.entries(told).flatMap(([name, value]): readonly [string, unknown][] => {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return value !== null && snake in customEventDataFields ? [[snake, value]] : []
  })
  return { id, type, time: new Date(at), data: Object.fromEntries(data) }
}
