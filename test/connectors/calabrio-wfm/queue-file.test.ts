import { describe, expect, test } from 'vitest'
import { queueForm, type QueueFileOptions } from '../../../connectors/calabrio-wfm/queue-file.ts'
import { metricsOf } from '../../../connectors/form/columns.ts'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import { list } from '../../../connectors/form/interval-form.ts'
import type { IntervalRow } from '../../../connectors/interval-row.ts'
import { batchOf, textOf } from '../batches.ts'
import { queueHour, queueIdentity } from '../canonical-hour.ts'
import { wfmFixture } from '../wfm-fixture.ts'

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
