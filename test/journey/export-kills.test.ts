import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createSender } from '../../client/event-sender.ts'
import {
  exportContentSchema,
  exportManifestSchema,
  exportsSchema,
  type ExportManifest,
} from '../../schemas/feeds/exports.ts'
import { answeredContact } from '../support/answered-contact.ts'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

// A hub is killed again and again while it writes files of twelve hours and delivers them.

const hourMs = 3_600_000
const quarterMs = 900_000
const since = Math.floor(Date.now() / hourMs) * hourMs - 12 * hourMs
const iso = (at: number) => new Date(at).toISOString()

const once = `
target: once
files:
  queues:
    rows: queues
    file: 'once_{from:yyyyMMddHHmm}.json'
    format: { kind: json, body: { from: '{from}', to: '{to}', rows: '{rows}' } }
    columns:
      - { name: start, time: iso-seconds }
      - { name: queue, text: '{queue.name}' }
      - { name: offered, metric: offered_count }
      - { name: talk, metric: talk_wce_ms }
`
const exports = `
exports:
  calabrio:
    connector: calabrio-wfm
    deliver: folder
    files:
      queues: { windowMinutes: 15, closeDelayMinutes: 0, patienceMinutes: 0, since: '${iso(since)}' }
  once:
    form: once.yaml
    deliver: push
    files:
      queues: { lateData: append once, closeDelayMinutes: 0, patienceMinutes: 0, since: '${iso(since)}' }
`

let folder: Awaited<ReturnType<typeof tempFolder>>
let drop: string
let product: HttpReceiver
let hub: HubProcess

beforeAll(async () => {
  folder = await tempFolder()
  drop = join(folder.path, 'drop')
  await mkdir(drop)
  product = await openHttpReceiver()
  const targets = `
targets:
  folder: { kind: directory, folder: ${drop} }
  push: { kind: http, url: 'http://127.0.0.1:${product.port}/push' }
`
  for (const [name, text] of Object.entries({ once, exports, targets })) {
    await writeFile(join(folder.path, `${name}.yaml`), text)
  }
  const settings = {
    LEDGERLINE_DATA_DIR: join(folder.path, 'hub'),
    LEDGERLINE_ENGINE_PORT: String(await freePort()),
    LEDGERLINE_PORT: String(await freePort()),
    LEDGERLINE_PARTITIONS: '2',
  }
  // All has happened before the first file is written.
  const first = await startHubProcess([], settings)
  await tellContacts(first.url)
  await first.stop()
  hub = await startHubProcess([], {
    ...settings,
    LEDGERLINE_TARGETS: join(folder.path, 'targets.yaml'),
    LEDGERLINE_EXPORTS: join(folder.path, 'exports.yaml'),
  })
}, 400_000)

afterAll(async () => {
  await hub.stop()
  await product.close()
  await folder.remove()
})

/** Two calls in each quarter hour but every fifth, the first among them: files may begin before anything is known. */
async function tellContacts(url: string): Promise<void> {
  const sender = createSender({ url, source: '/pbx', workspace: 'WS1' })
  let told = 0
  for (let at = since; at < since + 12 * hourMs; at += quarterMs) {
    if (((at - since) / quarterMs) % 5 === 0) continue
    for (const minute of [2, 9]) {
      await sender.sendBatch(call(`WT${told++}`, at + minute * 60_000))
    }
  }
  await sender.close()
  const offered = async () => {
    const span = new URLSearchParams({ from: iso(since), to: iso(since + 12 * hourMs) })
    const answer = await fetch(`${url}/v1/intervals/queues?by=total&grain=day&${span.toString()}`)
    const { rows } = z
      .object({ rows: z.array(z.looseObject({ offered_count: z.int() })) })
      .parse(await answer.json())
    return rows.reduce((sum, row) => sum + row.offered_count, 0)
  }
  const seen = async () => `${await offered()} of ${told}`
  await until('all calls are in the tables', async () => (await offered()) === told, {
    ...{ seen, forMs: 120_000 },
  })
}

/** Answered after a second, and done after four. */
function call(task: string, at: number) {
  return answeredContact(task, at, { queueName: 'Sales' }).map(({ id, type, ...told }) => ({
    ...{ id, type, time: new Date(told.at) },
    data: {
      ...{ task, channel: told.channel, direction: told.direction },
      ...{ queue: told.queue, queue_name: told.queueName },
      ...{ reservation: told.reservation, worker: told.worker },
    },
  }))
}

const csvNames = async () => (await readdir(drop)).filter((name) => name.endsWith('.csv'))
const arrived = async () => (await csvNames()).length + new Set(keysOf(product)).size

function keysOf({ taken }: HttpReceiver): readonly string[] {
  return taken.map(({ key }) => key)
}

async function standing() {
  return exportsSchema.parse(await (await fetch(`${hub.url}/v1/exports?limit=1000`)).json())
}

test('killed four times while files are written and delivered, it goes on where it was', async () => {
  const all = 2 * 48
  for (const share of [0.1, 0.3, 0.5, 0.7]) {
    const isUnderWay = async () => (await arrived()) >= share * all
    const seen = async () => `${await arrived()} of ${all} have arrived; ${hub.report()}`
    await until(`${share} of the files have arrived`, isUnderWay, { seen, forMs: 120_000 })
    expect(await arrived(), 'it is not done yet').toBeLessThan(all)
    await hub.kill('itself')
    await hub.restart()
  }
  const isDone = async () => {
    const { files } = await standing()
    return files.every(({ waiting }) => waiting === 0) && (await arrived()) >= all
  }
  const seen = async () => JSON.stringify((await standing()).files)
  await until('all is written', isDone, { seen, forMs: 120_000 })
  const target = z.object({ documents: z.object({ waiting: z.int() }) })
  const hasLeft = async () => {
    const answer: unknown = await (await fetch(`${hub.url}/v1/delivery`)).json()
    const { targets } = z.object({ targets: z.array(target) }).parse(answer)
    return targets.every(({ documents }) => documents.waiting === 0)
  }
  await until('all has left', hasLeft, { seen, forMs: 60_000 })
}, 500_000)

test('every file is whole and has its manifest, and no quarter hour is missing or there twice', async () => {
  const names = await readdir(drop)
  expect(names.filter((name) => name.startsWith('.'))).toEqual([])
  const manifests: ExportManifest[] = []
  for (const name of await csvNames()) {
    const bytes = await readFile(join(drop, name))
    const text = await readFile(join(drop, `${name}.manifest.json`), 'utf8')
    const manifest = exportManifestSchema.parse(JSON.parse(text))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(manifest.documents).toMatchObject([{ name, bytes: bytes.length, sha256 }])
    manifests.push(manifest)
  }
  const told = manifests.map(({ from }) => Date.parse(from)).toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(48)
  expect(told).toEqual(told.map((_at, index) => since + index * quarterMs))
})

test('a target that takes a stretch once has had each under one key', () => {
  const body = z.object({ from: z.string() })
  const keys = new Map<number, Set<string>>()
  for (const { key, body: bytes } of product.taken) {
    const at = Date.parse(body.parse(JSON.parse(bytes.toString())).from)
    keys.set(at, (keys.get(at) ?? new Set()).add(key))
  }
  expect([...keys.values()].filter((own) => own.size !== 1)).toEqual([])
  const told = [...keys.keys()].toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(48)
  expect(told).toEqual(told.map((_at, index) => since + index * quarterMs))
})

test('all files together say what one of all of the time says', async () => {
  const span = new URLSearchParams({ from: iso(since), to: iso(since + 12 * hourMs) })
  const url = `${hub.url}/v1/exports/calabrio/queues?format=json&${span.toString()}`
  const { documents } = exportContentSchema.parse(await (await fetch(url)).json())
  const names = (await csvNames()).toSorted().slice(0, 48)
  const texts = await Promise.all(names.map((name) => readFile(join(drop, name), 'utf8')))
  expect(texts.join('')).toBe(documents.map(({ text }) => text).join(''))
})
