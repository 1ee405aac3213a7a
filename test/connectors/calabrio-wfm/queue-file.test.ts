import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  queueFile,
  queueFileFields,
  type QueueFileOptions,
} from '../../../connectors/calabrio-wfm/queue-file.ts'
import type { QueueRow } from '../../../connectors/queue-row.ts'
import { intervalMetrics } from '../../../schemas/metrics/catalogue.ts'
import { importQueueFile } from '../../vendors/calabrio-importer.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/wfm')
const golden = (name: string) => readFileSync(join(fixtures, 'calabrio-wfm', name), 'utf8')
const options: QueueFileOptions = {
  ...{ intervalMinutes: 15, zone: 'UTC', separator: ';', attribution: 'end' },
}

const count = z.number()
const canonical = z
  .object({
    ...{ interval_start: z.string(), queue_number: count, queue_name: z.string() },
    ...{ offered_direct: count, overflow_in: count, answered: count, abandoned: count },
    ...{ overflow_out: count, wait_answered_s: count, wait_abandoned_s: count },
    ...{ longest_wait_answered_s: count, longest_wait_abandoned_s: count, talk_s: count },
    ...{ wrap_s: count, answered_in_sl: count, abandoned_short: count, abandoned_in_sl: count },
  })
  .transform((row): QueueRow => ({
    from: Date.parse(row.interval_start),
    queue: { number: row.queue_number, name: row.queue_name },
    values: {
      ...{ entered_count: row.offered_direct, moved_in_count: row.overflow_in },
      ...{ answered_count: row.answered, abandoned_count: row.abandoned },
      ...{ flowed_out_count: row.overflow_out, answered_in_sl_count: row.answered_in_sl },
      ...{ wait_answered_ms: 1000 * row.wait_answered_s },
      ...{ wait_abandoned_ms: 1000 * row.wait_abandoned_s },
      ...{ wait_answered_max_ms: 1000 * row.longest_wait_answered_s },
      ...{ wait_abandoned_max_ms: 1000 * row.longest_wait_abandoned_s },
      // A part of it on hold: the product knows no holds.
      ...{ talk_wce_ms: 1000 * row.talk_s - 7_400, hold_wce_ms: 7_400 },
      ...{ acw_wce_ms: 1000 * row.wrap_s, abandoned_short_count: row.abandoned_short },
      abandoned_in_sl_count: row.abandoned_in_sl + row.abandoned_short,
    },
  }))
const hour = z
  .array(canonical)
  .parse(JSON.parse(readFileSync(join(fixtures, 'canonical/queue-interval.json'), 'utf8')))

function written(rows: readonly QueueRow[], own: Partial<QueueFileOptions> = {}): string {
  const file = queueFile(rows, { ...options, ...own })
  if (file.kind === 'refused') throw new Error(file.faults.map(({ detail }) => detail).join())
  return file.text
}

test('an hour of three queues is the golden file, in whatever order the rows come', () => {
  const text = golden('queue-data_20260302T0900Z_20260302T1000Z.csv')
  expect(written(hour)).toBe(text)
  expect(written(hour.toReversed())).toBe(text)
})

test('names keep their letters, and quiet intervals are zeros', () => {
  const named = hour
    .filter(({ queue }) => queue.number === 101)
    .map((row) => ({ ...row, queue: { number: 101, name: 'Förfrågningar – ärenden' } }))
  expect(written(named)).toBe(golden('queue-data_utf8-name.csv'))
  const quiet = hour
    .filter(({ queue, from }) => queue.number === 101 && new Date(from).getUTCMinutes() < 45)
    .map((row) => (new Date(row.from).getUTCMinutes() === 15 ? { ...row, values: {} } : row))
  expect(written(quiet)).toBe(golden('queue-data_zero-interval.csv'))
})

test('the fields are those that the format tells, made of columns that there are', () => {
  expect(queueFileFields).toHaveLength(21)
  const asked = new Set<string>()
  const values = new Proxy<Record<string, number>>(
    {},
    {
      get(_target, name) {
        asked.add(String(name))
        return 0
      },
      ownKeys: () => [],
    },
  )
  const row = { from: 0, queue: { number: 1, name: 'A' }, values }
  for (const attribution of ['end', 'arrival'] as const) written([row], { attribution })
  const columns = new Set<string>(intervalMetrics.queue_intervals.map(({ name }) => name))
  expect([...asked].filter((name) => !columns.has(name))).toEqual([])
})

describe('what the importer refuses', () => {
  test.each(readdirSync(join(fixtures, 'calabrio-wfm/rejects')))('%s', (name) => {
    expect(() => importQueueFile(golden(`rejects/${name}`), ';')).toThrow(/on line \d$/)
  })

  const [first] = hour
  if (first === undefined) throw new Error('the hour has no rows')

  test.each([
    ['no whole number', { queue: { number: 1.5, name: 'A' } }],
    ['no whole number', { queue: { number: NaN, name: 'A' } }],
    ['has no name', { queue: { number: 1, name: ' ' } }],
    ['has no name', { queue: { number: 1, name: '";\n' } }],
    ['does not begin on an interval', { from: first.from + 60_000 }],
    ['answered_count is no whole number', { values: { answered_count: 0.5 } }],
  ])('is not written: %s', (detail, fields) => {
    const file = queueFile([first, { ...first, from: first.from + 900_000, ...fields }], options)
    if (file.kind === 'written') throw new Error('it was written')
    expect(file.faults).toMatchObject([{ index: 1 }])
    expect(file.faults[0]?.detail).toContain(detail)
  })

  test('is not written: two rows of one queue in one interval, each told', () => {
    expect(queueFile([first, first, first], options)).toMatchObject({
      kind: 'refused',
      faults: [{ index: 1 }, { index: 2 }],
    })
  })
})

const value = fc.integer({ min: 0, max: 5_000_000 })
const rows = (zoneStart: number) =>
  fc
    .uniqueArray(
      fc.record({
        interval: fc.integer({ min: 0, max: 200 }),
        number: fc.integer({ min: 1, max: 3 }),
        name: fc
          .string({ unit: 'grapheme', minLength: 1 })
          .filter((text) => text.replace(/[;,"\p{Cc}\s]/gu, '') !== ''),
        answered_count: value,
        wait_answered_ms: value,
        talk_wce_ms: value,
      }),
      { selector: ({ interval, number }) => `${interval} ${number}`, maxLength: 60 },
    )
    .map((all) =>
      all.map(({ interval, number, name, ...values }): QueueRow => ({
        ...{ from: zoneStart + interval * 900_000, queue: { number, name }, values },
      })),
    )

test.each([
  ['UTC', Date.UTC(2026, 2, 7)],
  ['America/New_York', Date.UTC(2026, 9, 31)],
  ['America/New_York', Date.UTC(2026, 2, 7)],
  ['Pacific/Auckland', Date.UTC(2026, 3, 4)],
])('whatever the rows, the importer takes the file and loses nothing: %s', (zone, start) => {
  fc.assert(
    fc.property(rows(start), fc.constantFrom(';' as const, ',' as const), (all, separator) => {
      const lines = importQueueFile(written(all, { zone, separator }), separator)
      const answered = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0)
      expect(answered(lines.map(({ values }) => values[4] ?? 0))).toBe(
        answered(all.map(({ values }) => values['answered_count'] ?? 0)),
      )
      const inOrder = lines.map(({ date, time }) => `${date}${time}`)
      expect(inOrder).toEqual(inOrder.toSorted())
    }),
    { numRuns: 40 },
  )
})
