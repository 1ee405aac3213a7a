import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { queueForm, type QueueFileOptions } from '../../../connectors/calabrio-wfm/queue-file.ts'
import { metricsOf } from '../../../connectors/form/columns.ts'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import { list } from '../../../connectors/form/interval-form.ts'
import type { IntervalRow } from '../../../connectors/interval-row.ts'
import { importQueueFile } from '../../vendors/calabrio-importer.ts'
import { batchOf, textOf } from '../batches.ts'
import { queueHour, queueIdentity } from '../canonical-hour.ts'
import { wfmFixture } from '../wfm-fixture.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/wfm')
const golden = (name: string) => wfmFixture(`calabrio-wfm/${name}`)
const options: QueueFileOptions = {
  ...{ intervalMinutes: 15, zone: 'UTC', separator: ';', attribution: 'end' },
}

// A part of it on hold: the product knows no holds.
const hour = queueHour.map((row): IntervalRow => ({
  ...row,
  values: {
    ...row.values,
    ...{ talk_wce_ms: (row.values['talk_wce_ms'] ?? 0) - 7_400, hold_wce_ms: 7_400 },
  },
}))

function written(rows: readonly IntervalRow[], own: Partial<QueueFileOptions> = {}): string {
  return textOf(intervalFile(queueForm({ ...options, ...own }), batchOf(rows)))
}

test('an hour of three queues is the golden file, in whatever order the rows come', () => {
  const text = golden('queue-data_20260302T0900Z_20260302T1000Z.csv')
  expect(written(hour)).toBe(text)
  expect(written(hour.toReversed())).toBe(text)
})

test('names keep their letters, and quiet intervals are zeros', () => {
  const named = hour
    .filter(({ queue }) => queue?.number === 101)
    .map((row) => ({ ...row, queue: queueIdentity(101, 'Förfrågningar – ärenden') }))
  expect(written(named)).toBe(golden('queue-data_utf8-name.csv'))
  const quiet = hour
    .filter(({ queue, from }) => queue?.number === 101 && new Date(from).getUTCMinutes() < 45)
    .map((row) => (new Date(row.from).getUTCMinutes() === 15 ? { ...row, values: {} } : row))
  expect(written(quiet)).toBe(golden('queue-data_zero-interval.csv'))
})

test('the fields are those that the format tells, made of columns that there are', () => {
  for (const attribution of ['end', 'arrival'] as const) {
    const { columns } = queueForm({ ...options, attribution })
    expect(columns).toHaveLength(21)
    const asked = columns.flatMap(({ metric, minus }) => [...list(metric), ...list(minus)])
    expect(asked.filter((name) => !metricsOf('queues').includes(name))).toEqual([])
  }
})

describe('what the importer refuses', () => {
  test.each(readdirSync(join(fixtures, 'calabrio-wfm/rejects')))('%s', (name) => {
    expect(() => importQueueFile(golden(`rejects/${name}`), ';')).toThrow(/on line \d$/)
  })

  const [first] = hour
  if (first === undefined) throw new Error('the hour has no rows')

  test.each([
    ['no whole number', { queue: queueIdentity(1.5, 'A') }],
    ['no whole number', { queue: queueIdentity(2 ** 31, 'A') }],
    ['has no queue.number', { queue: { ...queueIdentity(1, 'A'), number: null } }],
    ['has no queue.name', { queue: queueIdentity(1, '') }],
    ['nothing in it that may be written', { queue: queueIdentity(1, '";\n') }],
    ['answered_count is no whole number', { values: { answered_count: 0.5 } }],
    ['answered_count is no whole number', { values: { answered_count: -1 } }],
    ['offd_direct_call_cnt is 3000000000', { values: { entered_count: 3_000_000_000 } }],
  ])('is not written: %s', (detail, fields) => {
    const rows = [first, { ...first, from: first.from + 900_000, ...fields }]
    const file = intervalFile(queueForm(options), batchOf(rows))
    if (file.kind === 'written') throw new Error('it was written')
    expect(file.faults).toHaveLength(1)
    expect(file.faults[0]?.detail).toContain(detail)
  })

  test('is not written: two rows of one queue in one interval, each told', () => {
    expect(intervalFile(queueForm(options), batchOf([first, first, first]))).toMatchObject({
      kind: 'refused',
      faults: [{ index: 1 }, { index: 2 }],
    })
  })

  test('is not written: rows that begin elsewhere than intervals do', () => {
    const rows = [first, { ...first, from: first.from + 60_000 }]
    expect(intervalFile(queueForm(options), batchOf(rows))).toMatchObject({
      kind: 'refused',
      faults: [{ index: 1, detail: 'it does not begin on an interval of the span' }],
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
      all.map(({ interval, number, name, ...values }): IntervalRow => ({
        ...{
          from: zoneStart + interval * 900_000,
          queue: queueIdentity(number, name),
          agent: null,
          values,
        },
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
