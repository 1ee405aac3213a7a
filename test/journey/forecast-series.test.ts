import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { answeredContact } from '../support/answered-contact.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { noStreams, runCli } from '../support/terminal.ts'

// Calls on the days on which clocks change in New York and Auckland, and a chat that waits for half an hour.

const newYork = 'America/New_York'
const auckland = 'Pacific/Auckland'
const asOf = Date.parse('2026-11-02T18:00:00Z')

/** When calls come; of two at one time both count. */
const calls = [
  '2026-03-06T06:50:00Z', // the first that anybody has heard of
  ...['2026-03-08T06:50:00Z', '2026-03-08T07:10:00Z'], // before and after two in the night in New York
  ...['2026-04-04T13:40:00Z', '2026-04-04T14:40:00Z'], // twice 02:40 in Auckland
  ...['2026-09-26T13:50:00Z', '2026-09-26T14:10:00Z'], // before and after two in the night there
  ...['2026-11-01T05:35:00Z', '2026-11-01T06:35:00Z', '2026-11-01T06:40:00Z'], // twice half past one in New York
  ...['2026-11-01T12:05:00Z', '2026-11-01T17:05:00Z', '2026-11-02T17:50:00Z'],
]

let hub: HubWithTables
let folder: string

beforeAll(async () => {
  hub = await openHubWithTables({ clock: { ...systemClock, now: () => asOf }, partitions: 2 })
  folder = await mkdtemp(join(tmpdir(), 'ledgerline-series-'))
  await hub.tell([
    ...calls.flatMap((at, index) =>
      answeredContact(`WT${index}`, Date.parse(at), { queueName: 'Sales, new' }),
    ),
    ...waitingChat(Date.parse('2026-11-01T15:05:00Z')),
    ...outboundCall(Date.parse('2026-11-01T15:05:00Z')),
    // From noon on nobody knows what came for twenty minutes.
    hubEvent({
      ...{ type: 'source.gap', id: 'a gap', source: 'twilio-taskrouter', reason: 'silence' },
      ...{ at: asOf - 60_000, status: 'open', gapFrom: Date.parse('2026-11-01T12:00:00Z') },
      gapTo: Date.parse('2026-11-01T12:20:00Z'),
    }),
    hubEvent({ type: 'clock.ticked', id: 'now', at: asOf }),
  ])
}, 200_000)

afterAll(async () => {
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

/** Waits for half an hour, and is talked to for ten minutes. */
function waitingChat(at: number): readonly LedgerEvent[] {
  const own = { task: 'WTchat', channel: 'chat', direction: 'inbound', queue: 'WQ2' }
  const leg = { ...own, reservation: 'WRchat', worker: 'WK2' }
  const steps = [
    ['task.created', 0, own],
    ['task-queue.entered', 0, own],
    ['reservation.created', 30, leg],
    ['reservation.accepted', 30, leg],
    ['reservation.completed', 40, leg],
    ['task.completed', 40, own],
  ] as const
  return steps.map(([type, minutes, fields]) =>
    anEvent({ id: `chat-${type}`, type, at: at + minutes * 60_000, ...fields }),
  )
}

function outboundCall(at: number): readonly LedgerEvent[] {
  return answeredContact('WTout', at).map((event) => ({ ...event, direction: 'outbound' }))
}

type ParquetValue = string | number | null
type Asked = Readonly<Record<string, string>>
type CsvRow = Readonly<Record<string, string>>

function ask(asked: Asked): Promise<Response> {
  return fetch(`${hub.url}/v1/exports/series?${new URLSearchParams(asked).toString()}`)
}

async function series(asked: Asked): Promise<readonly CsvRow[]> {
  const response = await ask(asked)
  const text = await response.text()
  expect([response.status, response.status === 200 ? '' : text]).toEqual([200, ''])
  return rowsOf(text)
}

function rowsOf(csv: string): readonly CsvRow[] {
  const cells = (line: string) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
  const [head = '', ...lines] = csv.trim().split('\n')
  const names = cells(head).map(([, quoted, plain]) => quoted ?? plain ?? '')
  return lines.map((line) =>
    Object.fromEntries(
      cells(line).map(([, quoted, plain], index) => [names[index] ?? '', quoted ?? plain ?? '']),
    ),
  )
}

const day = (date: string, next: string, zone: string) => ({ from: date, to: next, zone })
const sum = (rows: readonly CsvRow[], column: string) =>
  rows.reduce((total, row) => total + Number(row[column]), 0)

describe.each([
  [newYork, '2026-03-08', '2026-03-09', 92, 2],
  [auckland, '2026-04-05', '2026-04-06', 100, 2],
  [auckland, '2026-09-27', '2026-09-28', 92, 2],
] as const)('in %s on %s', (zone, date, next, quarters, offered) => {
  test(`there are ${quarters} quarter hours, each once, and none is left out`, async () => {
    const rows = await series({ ...day(date, next, zone), by: 'channel' })
    expect(rows).toHaveLength(quarters)
    expect(new Set(rows.map((row) => row['local_start'])).size).toBe(quarters)
    const begins = rows.map((row) => Date.parse(row['interval_start'] ?? ''))
    expect(begins.every((at, index) => at === (begins[0] ?? 0) + index * 900_000)).toBe(true)
    // The label is the same instant, said with another offset.
    expect(rows.map((row) => Date.parse(row['local_start'] ?? ''))).toEqual(begins)
    expect(rows[0]?.['local_start']).toContain(`${date}T00:00:00`)
    expect(rows.every((row) => row['coverage'] === 'complete')).toBe(true)
    expect(sum(rows, 'offered_count')).toBe(offered)
  })

  test('the day is one row of as many', async () => {
    const rows = await series({ ...day(date, next, zone), by: 'channel', interval: 'day' })
    expect(rows).toMatchObject([
      {
        ...{ base_intervals: String(quarters), period_ms: String(quarters * 900_000) },
        ...{ offered_count: String(offered), coverage: 'complete' },
      },
    ])
  })
})

const fallBack = day('2026-11-01', '2026-11-02', newYork)

test('the hour that comes twice is two, with a row each', async () => {
  const rows = await series({ ...fallBack, by: 'channel', channel: 'voice', interval: '30' })
  expect(rows).toHaveLength(50)
  const night = rows.filter((row) => row['local_start']?.includes('T01:30'))
  expect(night.map((row) => [row['local_start'], row['offered_count']])).toEqual([
    ['2026-11-01T01:30:00-04:00', '1'],
    ['2026-11-01T01:30:00-05:00', '2'],
  ])
})

test('where nothing came there are zeros, and where nobody knows there is nothing', async () => {
  const rows = await series({ ...fallBack, by: 'channel', channel: 'voice' })
  expect(rows).toHaveLength(100)
  const at = (time: string) => rows.find((row) => row['interval_start']?.includes(time)) ?? {}
  const empty = {
    offered_count: '',
    waiting_boi_count: '',
    cohort_handle_ms: '',
    aht_cohort_ms: '',
  }
  expect(at('T12:00')).toMatchObject({ coverage: 'unknown', ...empty })
  expect(at('T12:15')).toMatchObject({ coverage: 'unknown', ...empty })
  expect(at('T12:30')).toMatchObject({
    ...{ coverage: 'complete', offered_count: '0', waiting_boi_count: '0', aht_cohort_ms: '' },
  })
  expect(rows.filter((row) => row['coverage'] === 'unknown')).toHaveLength(2)
  const [whole] = await series({ ...fallBack, by: 'channel', channel: 'voice', interval: 'day' })
  expect(whole).toMatchObject({ coverage: 'unknown', ...empty })
})

test('before the first that was heard and after the last nothing is known', async () => {
  const before = await series({ ...day('2026-03-05', '2026-03-07', newYork), by: 'channel' })
  const unknown = before.filter((row) => row['coverage'] === 'unknown')
  expect(unknown.at(-1)?.['local_start']).toBe('2026-03-06T01:30:00-05:00')
  const after = await series({ ...day('2026-11-02', '2026-11-03', newYork), by: 'channel' })
  const known = after.filter((row) => row['coverage'] === 'complete')
  expect(known.at(-1)?.['interval_start']).toBe('2026-11-02T17:45:00.000Z')
  expect(known.at(-1)?.['offered_count']).toBe('1')
})

test('what waits is carried from one row into the next, and its work is of the row in which it came', async () => {
  const rows = await series({ ...fallBack, by: 'skill', channel: 'chat' })
  expect(rows).toHaveLength(100)
  const told = rows
    .filter((row) => /T15:(?:00|15|30|45)/.test(row['interval_start'] ?? ''))
    .map((row) => [
      ...[row['offered_count'], row['waiting_boi_count'], row['waiting_eoi_count']],
      ...[row['oldest_waiting_eoi_ms'], row['cohort_handled_count'], row['aht_cohort_ms']],
    ])
  expect(told).toEqual([
    ['1', '0', '1', '600000', '1', '600000'],
    ['0', '1', '1', '1500000', '0', ''],
    ['0', '1', '0', '0', '0', ''],
    ['0', '0', '0', '0', '0', ''],
  ])
  const [hour] = (
    await series({ ...fallBack, by: 'skill', channel: 'chat', interval: '60' })
  ).filter((row) => row['interval_start']?.includes('T15:00'))
  expect(hour).toMatchObject({ waiting_boi_count: '0', waiting_eoi_count: '0', offered_count: '1' })
  const ends = await series({ ...fallBack, by: 'skill', channel: 'chat', attribution: 'end' })
  const ended = ends.find((row) => row['interval_start']?.includes('T15:45'))
  expect(ended).toMatchObject({ handled_count: '1', aht_wce_ms: '600000', offered_count: '0' })
})

test('series are by channel, by queue, and by both, of inbound contacts unless others are asked for', async () => {
  const keysOf = async (asked: Asked) => {
    const rows = await series({ ...fallBack, ...asked, interval: 'day' })
    return rows.map(({ queue = '', queue_name = '', channel = '' }) => [queue, queue_name, channel])
  }
  expect(await keysOf({ by: 'channel' })).toEqual([
    ['', '', 'chat'],
    ['', '', 'voice'],
  ])
  expect(await keysOf({ by: 'queue' })).toEqual([
    ['WQ1', 'Sales, new', ''],
    ['WQ2', 'WQ2', ''],
  ])
  expect(await keysOf({ by: 'skill' })).toEqual([
    ['WQ1', 'Sales, new', 'voice'],
    ['WQ2', 'WQ2', 'chat'],
  ])
  expect(await keysOf({ by: 'skill', direction: 'outbound' })).toEqual([
    ['WQ1', 'Sales, new', 'voice'],
  ])
  expect(await keysOf({ by: 'skill', queue: 'WQ2,WQ3' })).toEqual([['WQ2', 'WQ2', 'chat']])
})

test('Parquet has the rows of the CSV, with types, and the command writes both', async () => {
  const argv = ['export', 'series', '--from', '2026-11-01', '--to', '2026-11-02', '--zone', newYork]
  const env = { LEDGERLINE_PORT: new URL(hub.url).port }
  const file = join(folder, 'series.parquet')
  const written = await runCli([...argv, '--format', 'parquet', '--out', file], env)
  expect([written.exitCode, written.err]).toEqual([0, ''])
  const read = `format(Parquet, unhex('${(await readFile(file)).toString('hex')}'))`
  const rows = await hub.warehouse.query<Readonly<Record<string, ParquetValue>>>(
    `SELECT * FROM ${read}`,
  )
  const printed = await runCli(argv, env)
  expect([printed.exitCode, printed.err]).toEqual([0, ''])
  const ofCsv = rowsOf(printed.out)
  expect(ofCsv).toHaveLength(200)
  const toText = (value: ParquetValue) => (value === null ? '' : String(value))
  expect(
    rows.map((row) => ({
      ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toText(value)])),
      interval_start: new Date(Number(row['interval_start'])).toISOString(),
    })),
  ).toEqual(ofCsv)
  const types = await hub.warehouse.query<{ name: string; type: string }>(`DESCRIBE ${read}`)
  expect(types.find(({ name }) => name === 'interval_start')?.type).toContain(
    "DateTime64(3, 'UTC')",
  )
  expect(types.find(({ name }) => name === 'offered_count')?.type).toBe('Nullable(UInt64)')
})

test('all that is wrong with a question is told at once', async () => {
  const wrong = {
    from: 'then',
    to: '2026-11-02',
    by: 'team',
    zone: 'Mars',
    interval: '7',
    more: '1',
  }
  const response = await ask(wrong)
  expect(response.status).toBe(400)
  const { errors = [] } = problemSchema.parse(await response.json())
  expect(errors.map(({ field }) => field).toSorted()).toEqual([
    ...['by', 'from', 'interval', 'more', 'zone'],
  ])
})

test('Parquet is not printed on a terminal', async () => {
  const argv = ['export', 'series', '--from', '2026-11-01', '--to', '2026-11-02']
  const run = await runCli([...argv, '--format', 'parquet'], {}, undefined, {
    output: { ...noStreams.output, isTerminal: true },
  })
  expect([run.exitCode, run.err]).toEqual([2, expect.stringContaining('Parquet is no text')])
})
