import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDeliveryClient } from '../../client/delivery.ts'
import { createExportsClient } from '../../client/exports.ts'
import { createClosing } from '../../services/runtime/closing.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { openKafkaPlace, type KafkaPlace } from '../support/kafka-place.ts'
import {
  csvNames,
  keysByStretch,
  manifestsIn,
  quartersFrom,
  setUpQuarterly,
  strayIn,
  tellQuarterlyCalls,
} from '../support/quarterly-exports.ts'
import { until } from '../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

// One process folds what others read from the brokers, and one of two writes files of six hours and delivers them. It is killed
// while it does, and the other one goes on in the folder in which it stood.

const hourMs = 3_600_000
const since = Math.floor(Date.now() / hourMs) * hourMs - 6 * hourMs
const span = { from: since, to: since + 6 * hourMs }
const quarters = 24

const opened = createClosing()
let place: KafkaPlace
let product: HttpReceiver
let drop: string
let settings: Readonly<Record<string, string>>
let writer: HubProcess

beforeAll(async () => {
  place = await openKafkaPlace(opened)
  product = await openHttpReceiver()
  opened.add(() => product.close())
  const quarterly = await setUpQuarterly(place.folder, product, since)
  drop = quarterly.drop
  settings = quarterly.settings
  const tables = await place.start(['ingest', 'projections'], 'tables')
  const told = await tellQuarterlyCalls(tables.url, span)
  const offered = async () => {
    const [row] = await place.warehouse.query<{ offered: number }>(
      `SELECT toInt32(sum(offered_count)) AS offered FROM queue_intervals FINAL`,
    )
    return row?.offered ?? 0
  }
  await until('all calls are in the tables', async () => (await offered()) === told, {
    ...{ seen: async () => `${await offered()} of ${told}; ${tables.report()}`, forMs: 120_000 },
  })
  // So that it is killed in the midst of them.
  product.become('slow')
  writer = await place.start(['api'], 'writer', settings)
})

afterAll(() => opened.close())

const arrived = async () => (await csvNames(drop)).length + keysByStretch(product).size

test('as long as one writes no other does, and when it is killed another one takes over', async () => {
  await expect(place.start(['api'], 'writer', settings)).rejects.toThrow('LOG_UNAVAILABLE')
  const isUnderWay = () => keysByStretch(product).size >= quarters / 4
  const seen = async () => `${await arrived()} have arrived; ${writer.report()}`
  await until('some of the files have arrived', isUnderWay, { seen, forMs: 120_000 })
  await writer.kill('itself')
  expect(keysByStretch(product).size, 'it is not done yet').toBeLessThan(quarters)
  writer = await place.start(['api'], 'writer', settings)
  const client = createDeliveryClient({ url: writer.url })
  const isDone = async () => {
    const { targets } = await client.status()
    const hasLeft = targets.every(({ documents }) => documents.waiting === 0)
    return hasLeft && (await arrived()) >= 2 * quarters
  }
  await until('all has arrived', isDone, { seen, forMs: 120_000 })
})

test('every file is whole, with a manifest that says so, and none is missing or there twice', async () => {
  expect(await strayIn(drop)).toEqual([])
  const files = await manifestsIn(drop)
  for (const { manifest, document } of files) expect(manifest.documents).toMatchObject([document])
  const told = files.map(({ manifest }) => Date.parse(manifest.from)).toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(quarters)
  expect(told).toEqual(quartersFrom(since, told.length))
})

test('the target that takes a stretch once has each under one key', () => {
  const keys = keysByStretch(product)
  expect([...keys.values()].filter((own) => own.size !== 1)).toEqual([])
  const told = [...keys.keys()].toSorted((a, b) => a - b)
  expect(told.length).toBeGreaterThanOrEqual(quarters)
  expect(told).toEqual(quartersFrom(since, told.length))
})

test('all files together say what the tables say of all of the time', async () => {
  const client = createExportsClient({ url: writer.url })
  const { documents } = await client.content('calabrio', 'queues', {
    from: new Date(span.from).toISOString(),
    to: new Date(span.to).toISOString(),
  })
  const names = (await csvNames(drop)).slice(0, quarters)
  const texts = await Promise.all(names.map((name) => readFile(join(drop, name), 'utf8')))
  expect(texts.join('')).toBe(documents.map(({ text }) => text).join(''))
})
