import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import {
  exportDifferencesSchema,
  exportManifestSchema,
  exportsSchema,
} from '../../schemas/feeds/exports.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { answeredContact } from '../support/answered-contact.ts'
import { openHubWithExports, type HubWithExports } from '../support/hub-with-exports.ts'
import { dayStartsAt, simulateDay } from '../support/simulated-day.ts'
import { ledgerEvents } from '../support/simulated-ledger.ts'
import { tableRows } from '../support/table-rows.ts'
import { importQueueFile } from '../vendors/calabrio-importer.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Ten in the morning in New York. */
const from = dayStartsAt + 10 * hourMs
const iso = (at: number) => new Date(at).toISOString()

const yaml = `
exports:
  calabrio:
    connector: calabrio-wfm
    deliver: calabrio
    files:
      queues: { windowMinutes: 30, restateEveryMinutes: 5, since: '${iso(from)}' }
  genesys:
    connector: genesys-cloud
    deliver: genesys
    files:
      queues: { restateEveryMinutes: 5, since: '2026-03-10T00:00:00Z' }
  acme:
    form: acme.yaml
    deliver: acme
    files:
      queues: { lateData: append once, patienceMinutes: 0, since: '${iso(from)}' }
  lately:
    form: lately.yaml
    deliver: lately
    files:
      queues: { lateData: upsert, restateEveryMinutes: 5, since: '${iso(from)}' }
`

function ownForm(target: string): string {
  return `
target: ${target}
files:
  queues:
    rows: queues
    file: '{target}_{from:yyyyMMddHHmm}_{created:HHmmss}.csv'
    zone: America/New_York
    intervalMinutes: 30
    format: { kind: csv, separator: ';' }
    columns:
      - { name: Start, time: 'yyyy-MM-dd HH:mm' }
      - { name: Queue, text: '{queue.name}' }
      - { name: Channel, text: '{channel}/{direction}' }
      - { name: Offered, metric: offered_count }
      - { name: AHT, metric: handle_wce_ms, per: handled_count, decimals: 1 }
`
}

let hub: HubWithExports

beforeAll(async () => {
  const centre = createCentre({ seed: 'a day', agents: 12, queues: 5 })
  const { events } = simulateDay({ hours: 13, agents: 12, queues: 5 })
  hub = await openHubWithExports({
    start: from,
    yaml,
    beside: { 'acme.yaml': ownForm('acme'), 'lately.yaml': ownForm('lately') },
    targets: ['calabrio', 'genesys', 'acme', 'lately'],
  })
  const told = events
    .filter(({ at }) => at < from + 2 * hourMs)
    .flatMap((event) => ledgerEvents(event, centre))
  await hub.tell(told)
  expect(told.length).toBeGreaterThan(500)
}, 400_000)

afterAll(() => hub.close())

const csvOf = (files: ReadonlyMap<string, string>) =>
  [...files].filter(([name]) => name.endsWith('.csv'))
const manifestsOf = (files: ReadonlyMap<string, string>) =>
  [...files]
    .filter(([name]) => name.endsWith('.manifest.json'))
    .map(([, text]) => exportManifestSchema.strict().parse(JSON.parse(text)))

test('each interval goes out after its close delay, and what goes out adds up to the tables', async () => {
  await hub.at(from + 24 * minuteMs)
  expect((await hub.files('calabrio')).size).toBe(0)
  for (let at = 25; at <= 130; at += 5) await hub.at(from + at * minuteMs)
  const files = csvOf(await hub.files('calabrio'))
  // Two hours of quarters, each file of two of them but the first.
  expect(files).toHaveLength(8)
  const lines = files.map(([, text]) => importQueueFile(text, ';'))
  const offered = new Map<string, number>()
  for (const { date, time, queue, values } of lines.flat()) {
    offered.set(`${date} ${time} ${queue}`, (values[0] ?? 0) + (values[1] ?? 0))
  }
  const rows = await tableRows(hub.warehouse, 'queue_intervals', { from, to: from + 2 * hourMs })
  const inTables = rows.reduce((sum, row) => sum + Number(row['offered_count']), 0)
  expect(inTables).toBeGreaterThan(10)
  expect([...offered.values()].reduce((sum, one) => sum + one, 0)).toBe(inTables)
  const manifests = manifestsOf(await hub.files('calabrio'))
  expect(manifests).toHaveLength(8)
  for (const one of manifests) {
    expect(one).toMatchObject({
      ...{ target: 'calabrio', file: 'queues', completeness: 'complete', revision: 0 },
      ...{ missing: [], attribution: 'end', isRestated: false, definitionsVersion: 0 },
    })
  }
})

test('each queue has a number, which the ledger keeps, and every file bears it', async () => {
  const numbers = await hub.warehouse.query<{ id: string; number: number }>(
    `SELECT id, channel, direction, number FROM wfm_identities FINAL WHERE target = 'calabrio' ORDER BY number`,
  )
  expect(numbers.length).toBeGreaterThan(1)
  expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_one, index) => 1001 + index))
  const files = csvOf(await hub.files('calabrio'))
  const used = new Set(
    files.flatMap(([, text]) => importQueueFile(text, ';').map(({ queue }) => queue)),
  )
  expect([...used].toSorted((a, b) => a - b)).toEqual(numbers.map(({ number }) => number))
})

test('a generic target is written by its YAML alone', async () => {
  const files = csvOf(await hub.files('acme'))
  expect(files.map(([name]) => name.slice(0, 17))).toEqual([
    ...['acme_202603101000', 'acme_202603101030', 'acme_202603101100', 'acme_202603101130'],
  ])
  expect(files[0]?.[1].split('\n')[0]).toBe('Start;Queue;Channel;Offered;AHT')
})

test('what was delivered is out: the tables say so', async () => {
  const out = await tableRows(hub.warehouse, 'deliveries')
  const ofCalabrio = out.filter(({ target }) => target === 'calabrio')
  expect(ofCalabrio).toHaveLength(8)
  expect(ofCalabrio.every((row) => row['table_name'] === 'queue_intervals')).toBe(true)
})

test('a late call is restated, as each target takes late data', async () => {
  const before = {
    calabrio: await hub.files('calabrio'),
    acme: await hub.files('acme'),
    lately: await hub.files('lately'),
  }
  const queueName = 'Late'
  await hub.tell(answeredContact('WT-late', from + 20 * minuteMs, { queueName, workerName: 'Ann' }))
  await hub.at(from + 135 * minuteMs)
  const news = async (target: keyof typeof before) =>
    csvOf(await hub.files(target)).filter(([name]) => !before[target].has(name))
  const late = await news('calabrio')
  expect(late).toHaveLength(1)
  expect(late[0]?.[0]).toContain('queue-data_202603101415_202603101430_')
  const lines = importQueueFile(late[0]?.[1] ?? '', ';')
  expect(lines.find(({ name }) => name === queueName)?.values[0]).toBe(1)
  // Where rows stay, the row that changed goes alone.
  expect((await news('lately')).map(([, text]) => text)).toEqual([
    'Start;Queue;Channel;Offered;AHT\n2026-03-10 10:00;Late;voice/inbound;1;1\n',
  ])
  expect(await news('acme')).toEqual([])
  const restated = manifestsOf(await hub.files('calabrio')).find(({ isRestated }) => isRestated)
  expect(restated).toMatchObject({ isRestated: true, completeness: 'complete' })
  const answer = z
    .object({ differences: z.array(z.object({ target: z.string(), willBeSent: z.boolean() })) })
    .parse(await (await fetch(`${hub.url}/v1/exports/differences`)).json())
  expect(answer.differences).toEqual([{ target: 'acme', willBeSent: false }])
  const rows = await tableRows(hub.warehouse, 'restatements')
  expect(rows.length).toBeGreaterThan(0)
})

test.for([
  [1, 'its manifest was put', 146],
  [2, 'it was noted', 161],
] as const)(
  'stopped after %d documents, before %s, a second start sends the same under the same key',
  async ([documents, , minute]) => {
    const before = await newDeliveries([])
    const filesBefore = new Set((await hub.files('calabrio')).keys())
    // The file waits on the disk of a hub that knows only that it has begun to write one.
    await hub.stoppedAfter('calabrio', documents, from + minute * minuteMs)
    await hub.left()
    const stopped = await news()
    expect(stopped.filter(([name]) => name.endsWith('.csv'))).toHaveLength(1)
    expect(stopped).toHaveLength(documents)
    const deliveries = await newDeliveries(before)
    expect(deliveries).toHaveLength(1)
    expect(await journalled()).not.toBe(deliveries[0])
    // Minutes later, and yet called by the time at which it was begun.
    await hub.at(from + (minute + 3) * minuteMs)
    const again = await news()
    expect(again.map(([name]) => name.replace(/\.manifest\.json$/, ''))).toEqual(
      Array.from({ length: 2 }, () => stopped[0]?.[0]),
    )
    expect(again[0]?.[1]).toBe(stopped[0]?.[1])
    expect(await newDeliveries(before)).toEqual(deliveries)
    expect(await journalled()).toBe(deliveries[0])
    // A manifest tells of the file that lies beside it.
    const manifest = exportManifestSchema.parse(JSON.parse(again[1]?.[1] ?? ''))
    expect(manifest.documents[0]?.bytes).toBe(Buffer.byteLength(again[0]?.[1] ?? ''))

    async function news() {
      return [...(await hub.files('calabrio'))].filter(([name]) => !filesBefore.has(name))
    }
  },
)

test('what was begun goes as it was made, though it says something else by the second start', async () => {
  const before = await newDeliveries([], 'acme')
  const filesBefore = await hub.files('acme')
  await hub.stoppedAfter('acme', 1, from + 191 * minuteMs)
  const late = answeredContact('WT-meanwhile', from + 155 * minuteMs, { queueName: 'Late' })
  await hub.tell(late)
  await hub.at(from + 195 * minuteMs)
  const news = csvOf(await hub.files('acme')).filter(([name]) => !filesBefore.has(name))
  expect(news.map(([name]) => name.slice(0, 17))).toEqual(['acme_202603101230'])
  expect(news[0]?.[1]).not.toContain(';1;')
  expect(await newDeliveries(before, 'acme')).toHaveLength(1)
  // It was told once, so people put it right.
  const { differences } = exportDifferencesSchema.parse(
    await (await fetch(`${hub.url}/v1/exports/differences`)).json(),
  )
  expect(differences).toContainEqual(
    expect.objectContaining({
      ...{ target: 'acme', from: iso(from + 150 * minuteMs), willBeSent: false },
    }),
  )
})

async function journalled(): Promise<string> {
  const { written } = exportsSchema.parse(
    await (await fetch(`${hub.url}/v1/exports?target=calabrio&limit=1`)).json(),
  )
  return `delivered:calabrio:${written[0]?.documents[0]?.key ?? ''}`
}

/** Of a target, that were not there before. */
async function newDeliveries(
  before: readonly unknown[],
  of = 'calabrio',
): Promise<readonly unknown[]> {
  const known = new Set(before)
  const now = await tableRows(hub.warehouse, 'deliveries')
  return now
    .filter(({ delivery, target }) => target === of && !known.has(delivery))
    .map(({ delivery }) => delivery)
}

test('a history is written in pieces by the same code, and whoever is cut off goes on', async () => {
  const path = `${hub.url}/v1/operations/exports/genesys/queues`
  const ask = async (asked: object) => {
    const response = await fetch(path, {
      ...{ method: 'POST', body: JSON.stringify(asked) },
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(200)
    return z
      .object({
        written: z.array(exportManifestSchema),
        known: z.int(),
        next: z.string().nullable(),
      })
      .parse(await response.json())
  }
  // A quarter of a centre with a call a week.
  const span = { from: '2025-12-10T00:00:00Z', to: '2026-03-10T00:00:00Z' }
  const end = Date.parse(span.to)
  const days = (end - Date.parse(span.from)) / dayMs
  const calls = Array.from({ length: 12 }, (_one, index) =>
    answeredContact(`WT-old-${index}`, end - (7 * index + 1) * dayMs, { queueName: 'Old' }),
  )
  await hub.tell(calls.toReversed().flat())
  const first = await ask(span)
  expect([first.written.length, first.known, first.next]).toEqual([
    ...[50, 0, '2026-01-29T00:00:00.000Z'],
  ])
  // Whoever was cut off begins again: what was written is left.
  const again = await ask(span)
  expect([again.written.length, again.known, again.next]).toEqual([40, 50, null])
  const written = [...first.written, ...again.written]
  expect(new Set(written.map(({ from }) => from)).size).toBe(days)
  expect(written).toHaveLength(days)
  expect(written.reduce((sum, { rows }) => sum + rows, 0)).toBe(calls.length)
  await hub.left()
  const files = csvOf(await hub.files('genesys'))
  const old = files.filter(([name]) => written.some(({ documents: [one] }) => one?.name === name))
  expect(old).toHaveLength(days)
  const hasRows = (text: string) => text.trim().split('\n').length > 1
  expect(old.filter(([, text]) => hasRows(text))).toHaveLength(calls.length)
  // Nothing is left to say of all of it.
  const settled = await ask(span)
  expect([settled.written.length, settled.known, settled.next]).toEqual([0, days, null])
})
