import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import type { QuietSubject } from '../../../connectors/interval-row.ts'
import { offsetSpans } from '../../../services/time/zone.ts'
import { batchOf, textOf } from '../batches.ts'
import { columns, csvOf, form, quarter, queue, row } from './sample-form.ts'

const count = fc.integer({ min: 0, max: 100_000 })
const rowsFrom = (start: number) =>
  fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: 191 }),
        of: fc.constantFrom('A', 'B', 'C'),
        answered_count: count,
        talk_wce_ms: fc.integer({ min: 0, max: 5_000_000 }),
        wait_max_ms: count,
        waiting_eoi_count: count,
      }),
      { selector: ({ at, of }) => `${at} ${of}`, maxLength: 80 },
    )
    .map((all) => all.map(({ at, of, ...values }) => row(start + at * quarter, values, queue(of))))

describe.each([
  ['UTC', Date.UTC(2026, 2, 7)],
  ['America/New_York', Date.UTC(2026, 9, 31)],
  ['America/New_York', Date.UTC(2026, 2, 7)],
  ['Pacific/Auckland', Date.UTC(2026, 3, 4)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3)],
])('over two days from %s %d', (zone, start) => {
  const span = { from: start, to: start + 192 * quarter }

  test.each([15, 30] as const)('sums are those of the rows, in lines of %d minutes', (minutes) => {
    fc.assert(
      fc.property(rowsFrom(start), (rows) => {
        const written = form({ zone, intervalMinutes: minutes })
        const lines = csvOf(textOf(intervalFile(written, batchOf(rows, { span }))))
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
        const ours = (metric: string) => rows.map(({ values }) => values[metric] ?? 0)
        const theirs = (column: string) => lines.map((line) => Number(line[column]))
        expect(sum(theirs('Answered'))).toBe(sum(ours('answered_count')))
        expect(Math.max(0, ...theirs('Longest'))).toBe(Math.max(0, ...ours('wait_max_ms')))
        // Each line is rounded by itself.
        const off = Math.abs(sum(theirs('Talk')) - sum(ours('talk_wce_ms')) / 1000)
        expect(off).toBeLessThanOrEqual(lines.length / 2)
        const labels = lines.map((line) => `${line['Start'] ?? ''} ${line['Queue'] ?? ''}`)
        expect(new Set(labels).size).toBe(labels.length)
        expect(labels).toEqual(labels.toSorted())
      }),
      { numRuns: 25 },
    )
  })

  test('with offsets every line is an instant of its own', () => {
    fc.assert(
      fc.property(rowsFrom(start), (rows) => {
        const [, ...others] = columns
        const written = form({
          ...{ zone, columns: [{ name: 'Start', time: "yyyy-MM-dd'T'HH:mm:ssXXX" }, ...others] },
        })
        const lines = csvOf(textOf(intervalFile(written, batchOf(rows, { span }))))
        expect(
          lines.map((line) => `${Date.parse(line['Start'] ?? '')} ${line['Queue'] ?? ''}`),
        ).toEqual(
          rows
            .toSorted(
              (a, b) => a.from - b.from || ((a.queue?.id ?? '') < (b.queue?.id ?? '') ? -1 : 1),
            )
            .map(({ from, queue }) => `${from} ${queue?.name ?? ''}`),
        )
      }),
      { numRuns: 15 },
    )
  })
})

test('a day in which clocks go back has the lines of 24 hours, and one in which they go on those of 23', () => {
  const day = (from: number, hours: number) => {
    const span = { from, to: from + hours * 4 * quarter }
    const all = Array.from({ length: hours * 4 }, (_, at) =>
      row(from + at * quarter, { answered_count: 1 }),
    )
    const lines = csvOf(
      textOf(intervalFile(form({ zone: 'America/New_York' }), batchOf(all, { span }))),
    )
    return lines.map((line) => Number(line['Answered']))
  }
  const back = day(Date.UTC(2026, 10, 1, 4), 25)
  expect(back).toHaveLength(96)
  expect(back.filter((answered) => answered === 2)).toHaveLength(4)
  expect(day(Date.UTC(2026, 2, 8, 5), 23)).toHaveLength(92)
})

test('a day is one line whatever its clocks do, and ends where the next begins', () => {
  const columns = [
    { name: 'Day', time: 'yyyy-MM-dd' },
    { name: 'From', time: 'iso' },
    { name: 'To', time: "yyyy-MM-dd'T'HH:mmXXX", at: 'end' },
    { name: 'Answered', metric: 'answered_count' },
  ]
  const span = { from: Date.UTC(2026, 9, 31, 4), to: Date.UTC(2026, 10, 2, 5) }
  const all = Array.from({ length: (span.to - span.from) / quarter }, (_, at) =>
    row(span.from + at * quarter, { answered_count: 1 }),
  )
  const days = form({ zone: 'America/New_York', intervalMinutes: 1440, columns })
  expect(csvOf(textOf(intervalFile(days, batchOf(all, { span }))))).toEqual([
    {
      ...{ Day: '2026-10-31', From: '2026-10-31T04:00:00Z' },
      ...{ To: '2026-11-01T00:00-04:00', Answered: '96' },
    },
    {
      ...{ Day: '2026-11-01', From: '2026-11-01T04:00:00Z' },
      ...{ To: '2026-11-02T00:00-05:00', Answered: '100' },
    },
  ])
})

test('of stocks a longer interval has those at its end, and of what is averaged the mean of the whole', () => {
  const rows = [2, 5, 3, 4].map((value, at) =>
    row(at * quarter, { waiting_eoi_count: value, talk_wce_ms: value * 1000, handled_count: 1 }),
  )
  const mean = { name: 'Mean', metric: 'talk_wce_ms', per: 'handled_count', decimals: 1 }
  const written = form({ intervalMinutes: 60, columns: [...columns, mean] })
  const [line] = csvOf(textOf(intervalFile(written, batchOf(rows))))
  expect(line).toMatchObject({ Waiting: '4', Talk: '14', Mean: '3.5' })
})

test('quiet intervals of everybody are rows of zeros, unless nobody wants them', () => {
  const rows = [row(quarter, { answered_count: 1 })]
  const known = (from: number, to: number) => ({
    ...{ queue: queue('A'), agent: null, within: { from: from * quarter, to: to * quarter } },
  })
  const answered = (zeroRows: boolean, everybody: readonly QuietSubject[]) =>
    csvOf(textOf(intervalFile(form({ zeroRows }), batchOf(rows, { everybody })))).map(
      (line) => line['Answered'],
    )
  expect(answered(true, [known(-9, 9)])).toEqual(['0', '1', '0', '0'])
  expect(answered(true, [known(1, 3)])).toEqual(['1', '0'])
  expect(answered(true, [known(-9, 1), known(3, 9)])).toEqual(['0', '1', '0'])
  expect(answered(false, [known(-9, 9)])).toEqual(['1'])
})

test('a queue that is renamed on the way has its newest name in all lines', () => {
  const of = (name: string) => queue(name, { id: 'WQ1' })
  const rows = [row(0, {}, of('Old')), row(quarter, {}, of('New'))]
  const lines = csvOf(textOf(intervalFile(form(), batchOf(rows))))
  expect(lines.map((line) => line['Queue'])).toEqual(['New', 'New'])
})

test('queues that are one to the target add up; others that would look alike are told, not added', () => {
  const whatsapp = queue('A', { channel: 'whatsapp' })
  const both = [row(0, { answered_count: 1 }), row(0, { answered_count: 2 }, whatsapp)]
  expect(csvOf(textOf(intervalFile(form(), batchOf(both))))).toMatchObject([{ Answered: '3' }])
  const short = form({
    columns: [
      { name: 'Start', time: 'iso' },
      { name: 'Queue', text: '{queue.name}', max: 4 },
    ],
  })
  const alike = [row(0, {}, queue('Bill in')), row(0, {}, queue('Bill out'))]
  const made = intervalFile(short, batchOf(alike))
  const faults = made.kind === 'refused' ? made.faults : []
  expect(faults.map(({ index }) => index)).toEqual([1])
  expect(faults[0]?.detail).toMatch(/Bill out .* comes out as .*Bill in/)
})

test('a name with whose rows they are in it makes a file of each, and rowsMax several parts', () => {
  const rows = [row(0, {}), row(quarter, {}), row(0, {}, queue('B', { channel: 'chat' }))]
  const file = '{target}-{channel}-{part}-{to:yyyyMMdd}T{to:HHmm}.csv'
  const made = intervalFile(form({ file, rowsMax: 1 }), batchOf(rows))
  if (made.kind === 'refused') throw new Error('it was refused')
  expect(made.documents.map(({ name, rows }) => [name, rows])).toEqual([
    ['acme-voice-1-19700101T0100.csv', 1],
    ['acme-voice-2-19700101T0100.csv', 1],
    ['acme-chat-1-19700101T0100.csv', 1],
  ])
})

test('what a name stands for never leaves the folder', () => {
  const odd = row(0, {}, queue('A', { channel: '../../etc/passwd' }))
  const made = intervalFile(form({ file: 'q-{channel}.csv' }), batchOf([odd]))
  expect(made).toMatchObject({ documents: [{ name: 'q-.._.._etc_passwd.csv' }] })
  expect(intervalFile(form({ file: '{channel}' }), batchOf([odd])).kind).toBe('refused')
})

test('no rows are a file without lines, or none where silence is wanted', () => {
  expect(textOf(intervalFile(form(), batchOf([])))).toBe(
    `${columns.map(({ name }) => name).join(',')}\n`,
  )
  expect(intervalFile(form({ empty: 'skip' }), batchOf([]))).toEqual({
    kind: 'written',
    documents: [],
  })
})

test.each([
  ['rows of longer intervals', { intervalMinutes: 5 }, {}],
  [
    'a span that is not of whole intervals',
    { intervalMinutes: 60 },
    { span: { from: quarter, to: 5 * quarter } },
  ],
  ['no span', {}, { span: { from: 0, to: 0 } }],
])('is refused whole: %s', (_what, own, batch) => {
  expect(intervalFile(form(own), batchOf([], batch))).toMatchObject({
    kind: 'refused',
    faults: [{ index: null }],
  })
})

test('half a second is rounded up, each value by itself', () => {
  const talk = (ms: number) =>
    csvOf(textOf(intervalFile(form(), batchOf([row(0, { talk_wce_ms: ms })]))))[0]?.['Talk']
  expect([499, 500, 1499, 1500].map(talk)).toEqual(['0', '1', '1', '2'])
})

test('whole intervals of a zone are half an hour elsewhere', () => {
  const [stretch] = offsetSpans('Asia/Kolkata', { from: 0, to: quarter }, quarter)
  expect(stretch?.offsetMs).toBe(22 * quarter)
  const span = { from: 2 * quarter, to: 6 * quarter }
  const rows = [row(2 * quarter, { answered_count: 1 }), row(5 * quarter, { answered_count: 1 })]
  const made = intervalFile(
    form({ zone: 'Asia/Kolkata', intervalMinutes: 60 }),
    batchOf(rows, { span }),
  )
  expect(csvOf(textOf(made))).toMatchObject([{ Start: '1970-01-01 06:00', Answered: '2' }])
})
