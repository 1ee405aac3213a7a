import { expect, test } from 'vitest'
import type { PlainRow } from '../../../connectors/identities.ts'
import type { IntervalRow } from '../../../connectors/interval-row.ts'
import {
  correction,
  rowDigests,
  vanishedRows,
} from '../../../services/exports/plan/changed-rows.ts'

const at = Date.UTC(2026, 2, 2, 9)
const quarter = 900_000

function row(id: string, index: number, count: number): PlainRow {
  const queue = { id, channel: 'voice', direction: 'inbound' }
  return { from: at + index * quarter, queue, agent: null, values: { offered_count: count } }
}

/** As `identified` makes them, each queue with a name. */
function named(rows: readonly PlainRow[], nameOf: (id: string) => string): readonly IntervalRow[] {
  return rows.map(({ queue, ...rest }) => ({
    ...rest,
    agent: null,
    queue: queue && { ...queue, number: null, name: nameOf(queue.id) },
  }))
}

const sent = [row('A', 0, 1), row('A', 1, 2), row('B', 0, 3), row('C', 0, 4)]
const told = rowDigests(sent)
const idsOf = (rows: readonly IntervalRow[]) =>
  rows.map(({ queue, from }) => `${queue?.id ?? ''}${(from - at) / quarter}`)

test('what says the same is not told again', () => {
  expect(
    correction(
      named(sent, (id) => id),
      told,
    ),
  ).toEqual([])
  const withZero = sent.map((one) => ({ ...one, values: { ...one.values, answered_count: 0 } }))
  expect(
    correction(
      named(withZero, (id) => id),
      told,
    ),
  ).toEqual([])
})

test('a queue that changed is told whole, so that a longer interval of the target is no part of one', () => {
  const now = [row('A', 0, 1), row('A', 1, 7), row('B', 0, 3), row('C', 0, 4)]
  expect(
    idsOf(
      correction(
        named(now, (id) => id),
        told,
      ),
    ),
  ).toEqual(['A0', 'A1'])
})

test('so are queues that are one to the target', () => {
  const now = [row('A', 0, 1), row('A', 1, 2), row('B', 0, 9), row('C', 0, 4)]
  const oneOf = (id: string) => (id === 'C' ? 'B' : id)
  expect(idsOf(correction(named(now, oneOf), told))).toEqual(['B0', 'C0'])
})

test('a row that is no more is told as zeros', () => {
  const now = sent.filter(({ queue }) => queue?.id !== 'C')
  const gone = vanishedRows(now, told)
  expect(gone).toEqual([{ ...row('C', 0, 0), values: {} }])
  expect(
    idsOf(
      correction(
        named([...now, ...gone], (id) => id),
        told,
      ),
    ),
  ).toEqual(['C0'])
})
