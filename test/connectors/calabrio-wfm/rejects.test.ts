import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queueForm, type QueueFileOptions } from '../../../connectors/calabrio-wfm/queue-file.ts'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import type { IntervalBatch, IntervalRow } from '../../../connectors/interval-row.ts'
import { importQueueFile } from '../../vendors/calabrio-importer.ts'
import { queueIdentity } from '../canonical-hour.ts'
import { wfmFixture } from '../wfm-fixture.ts'

// What the importer refuses, and that no rows whatever make the connector write it.

/** With what the product stops, by its importer's source; of a line with a field too few the message was not read. */
const reasons: Readonly<Record<string, string>> = {
  'bad-time.csv': 'Invalid date-time on line 1',
  'decimal-seconds.csv': 'Wrong format on line 1',
  'duplicate-key.csv': 'Duplicate data on line 3',
  'header-line.csv': 'Wrong format on line 1',
  'non-numeric-queue.csv': 'Wrong format on line 2',
  'twenty-fields.csv': 'Wrong number of fields on line 1',
}

test('every sample of a file that is refused has its reason', () => {
  const folder = join(import.meta.dirname, '../../fixtures/wfm/calabrio-wfm/rejects')
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(reasons))
})

test.each(Object.entries(reasons))('the importer refuses %s: %s', (name, reason) => {
  expect(() => importQueueFile(wfmFixture(`calabrio-wfm/rejects/${name}`), ';')).toThrow(reason)
})

test('the importer knows which hour comes twice and which never comes', () => {
  const line = (time: string) => `15;${time};1;A${';0'.repeat(16)}\n`
  const sent = (...times: readonly string[]) => times.map(line).join('')
  const into = (text: string, zone: string) => () => importQueueFile(text, ';', zone)
  expect(into(sent('20260308;02:30'), 'America/New_York')).toThrow('Invalid date-time on line 1')
  expect(into(sent('20260927;02:00'), 'Pacific/Auckland')).toThrow('Invalid date-time on line 1')
  expect(into(sent('20260405;02:00', '20260405;02:00'), 'Pacific/Auckland')).toThrow(
    'Duplicate data on line 2',
  )
  expect(into(sent('20260308;02:30', '20260927;02:00'), 'UTC')()).toHaveLength(2)
})

/** Nearly always what there is, and now and then what there should not be. */
function mostly<T>(good: fc.Arbitrary<T>, ...bad: readonly fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: good, weight: 150 },
    ...bad.map((arbitrary) => ({ arbitrary, weight: 1 })),
  )
}

const nasty = fc.constantFrom(
  ...[';', ',', '"', "'", '\n', '\r', '\r\n', '\t', '\0', ' ', '\u00a0', '\u2028', '\ufeff'],
  ...['\ud800', '\udc00', '🙂', 'e\u0301', '15;20260302', '\\', '-', '=1+1', 'WQ6f1c0e'],
)
const name = mostly(
  fc
    .array(fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 8 })
    .map((parts) => `n${parts.join('')}`),
  fc.constantFrom('', ' ', ';', '\n', '"'),
  fc.string({ unit: 'binary', minLength: 40, maxLength: 300 }),
)
const odd = fc.constantFrom(1.5, -1, NaN, Infinity, 2 ** 31, 2 ** 53)
const number = mostly<number | null>(fc.integer({ min: 0, max: 4 }), odd, fc.constant(null))
// Up to what sums of some hundred rows may come to; beyond it a value does not fit into the product's columns.
const count = mostly(fc.integer({ min: 0, max: 1_000_000 }), odd)

const metrics = ['entered_count', 'answered_count', 'wait_answered_ms', 'talk_wce_ms', 'acw_wce_ms']
const values = fc.record(
  Object.fromEntries([...metrics, 'wait_abandoned_max_ms'].map((metric) => [metric, count])),
)

const quarterMs = 900_000
const dayMs = 96 * quarterMs

/** Days in which clocks change, and one in which they do not, each with its neighbours. */
const stretches = [
  ['UTC', '2026-03-02'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Pacific/Auckland', '2026-04-05'],
  ['Pacific/Auckland', '2026-09-27'],
  ['Australia/Lord_Howe', '2026-04-05'],
].map(([zone = '', day = '']) => ({ zone, ...daysAround(zone, day) }))
/** The midnights around a day by the clocks of its zone, all of its hours and those of its neighbours between them. */
function daysAround(zone: string, day: string): IntervalBatch['span'] {
  const midnights: number[] = []
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' })
  const noon = Date.parse(`${day}T12:00Z`)
  for (let at = noon - 1.75 * dayMs; at < noon + 1.75 * dayMs; at += quarterMs) {
    if (clock.format(at) === '00:00') midnights.push(at)
  }
  return { from: midnights[0] ?? 0, to: midnights.at(-1) ?? 0 }
}

const asked = fc
  .record({
    stretch: fc.constantFrom(...stretches),
    intervalMinutes: fc.constantFrom(15 as const, 30 as const, 60 as const),
    separator: fc.constantFrom(';' as const, ',' as const),
    attribution: fc.constantFrom('end' as const, 'arrival' as const),
  })
  .chain(({ stretch: { zone, from, to }, ...options }) => {
    const row = fc
      .record({
        interval: fc.integer({ min: 0, max: (to - from) / quarterMs - 1 }),
        late: mostly(fc.constant(0), fc.constantFrom(1, 60_000, to - from, -dayMs)),
        queue: fc.record({ id: fc.constantFrom('WQ1', 'WQ2', 'WQ3', 'WQ4'), number, name }),
        values,
      })
      .map(({ interval, late, queue, values }): IntervalRow => ({
        ...{ from: from + interval * quarterMs + late, agent: null, values },
        queue: { ...queue, channel: 'voice', direction: 'inbound' },
      }))
    return fc.record({
      options: fc.constant<QueueFileOptions>({ ...options, zone }),
      span: mostly(fc.constant({ from, to }), fc.constant({ from: from + 60_000, to })),
      // Two rows of one queue in one interval come now and then by themselves.
      rows: fc.uniqueArray(row, {
        selector: (one) => `${one.from} ${one.queue?.id ?? ''}`,
        maxLength: 40,
      }),
      repeated: mostly(fc.constant(0), fc.constant(1)),
      isZeroed: fc.boolean(),
    })
  })

test('whatever the rows, what is written the importer takes, and nothing of it is lost', () => {
  let [written, refused] = [0, 0]
  fc.assert(
    fc.property(asked, ({ options, span, rows, repeated, isZeroed }) => {
      const all = [...rows, ...rows.slice(0, repeated)]
      const known = [1, 2].map((id) => ({
        ...{ queue: queueIdentity(id, `Quiet ${id}`), agent: null, within: span },
      }))
      const file = intervalFile(queueForm(options), {
        ...{ target: 'calabrio', span, rows: all, intervalMs: quarterMs },
        ...{ writtenAt: span.to, ...(isZeroed ? { everybody: known } : {}) },
      })
      if (file.kind === 'refused') {
        refused += 1
        expect(file.faults.length).toBeGreaterThan(0)
        expect(file.faults.every(({ detail }) => detail !== '')).toBe(true)
        return
      }
      written += 1
      const lines = file.documents.flatMap(({ text }) =>
        importQueueFile(text, options.separator, options.zone),
      )
      const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0)
      expect(sum(lines.map((line) => line.values[0] ?? 0))).toBe(
        sum(all.map((row) => row.values['entered_count'] ?? 0)),
      )
      const times = lines.map(({ date, time }) => `${date}${time}`)
      expect(times).toEqual(times.toSorted())
    }),
    { numRuns: 200 },
  )
  expect(Math.min(written, refused)).toBeGreaterThan(10)
})
