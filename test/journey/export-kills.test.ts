import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { exportContentSchema, exportsSchema } from '../../schemas/feeds/exports.ts'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import {
  csvNames,
  keysByStretch,
  manifestsIn,
  quartersFrom,
  setUpQuarterly,
  strayIn,
  tellQuarterlyCalls,
} from '../support/quarterly-exports.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

// A hub is killed again and again while it writes files of twelve hours and delivers them.

const hourMs = 3_600_000
const since = Math.floor(Date.now() / hourMs) * hourMs - 12 * hourMs
const span = { from: since, to: since + 12 * hourMs }
const asked = new URLSearchParams({
  from: new Date(span.from).toISOString(),
  to: new Date(span.to).toISOString(),
}).toString()

let folder: Awaited<ReturnType<typeof tempFolder>>
let drop: string
let product: HttpReceiver
let hub: HubProcess

beforeAll(async () => {
  folder = await tempFolder()
  product = await openHttpReceiver()
  const quarterly = await setUpQuarterly(folder.path, product, since)
  drop = quarterly.drop
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
  // So that it is killed in the midst of them.
  product.become('slow')
  hub = await startHubProcess([], { ...settings, ...quarterly.settings })
}, 400_000)

afterAll(async () => {
  await hub.stop()
  await product.close()
  await folder.remove()
})

async function tellContacts(url: string): Promise<void> {
  const told = await tellQuarterlyCalls(url, span)
  const offered = async () => {
    const answer = await fetch(`${url}/v1/intervals/queues?by=total&grain=day&${asked}`)
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

const arrived = async () => (await csvNames(drop)).length + keysByStretch(product).size

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
  expect(await strayIn(drop)).toEqual([])
  const files = await manifestsIn(drop)
  for (const { manifest, document } of files) expect(manifest.documents).toMatchObject([document])
  const told = files.map(({ manifest }) => Date.parse(manifest.from)).toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(48)
  expect(told).toEqual(quartersFrom(since, told.length))
})

test('a target that takes a stretch once has had each under one key', () => {
  const keys = keysByStretch(product)
  expect([...keys.values()].filter((own) => own.size !== 1)).toEqual([])
  const told = [...keys.keys()].toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(48)
  expect(told).toEqual(quartersFrom(since, told.length))
})

test('all files together say what one of all of the time says', async () => {
  const url = `${hub.url}/v1/exports/calabrio/queues?format=json&${asked}`
  const { documents } = exportContentSchema.parse(await (await fetch(url)).json())
  const names = (await csvNames(drop)).slice(0, 48)
  const texts = await Promise.all(names.map((name) => readFile(join(drop, name), 'utf8')))
  expect(texts.join('')).toBe(documents.map(({ text }) => text).join(''))
})
