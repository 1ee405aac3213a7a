import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PlainRow } from '../../../connectors/identities.ts'

/** What each row says, by whose it is and when: short, so that what was sent can be kept for as long as it may change. */
export function rowDigests(rows: readonly PlainRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [keyOf(row), digestOf(row)]))
}

/**
 * Rows that say something else than when they were sent, and a row of zeros for each that is no more: to a target that keeps
 * what it is not told otherwise, silence would not take it back.
 */
export function changedRows(
  rows: readonly PlainRow[],
  before: ReadonlyMap<string, string>,
): readonly PlainRow[] {
  const now = new Set(rows.map(keyOf))
  return [
    ...rows.filter((row) => before.get(keyOf(row)) !== digestOf(row)),
    ...[...before.keys()].filter((key) => !now.has(key)).map(rowOfKey),
  ]
}

function keyOf({ from, queue, agent }: PlainRow): string {
  return JSON.stringify([from, queue?.id, queue?.channel, queue?.direction, agent])
}

const text = z.string().nullable()
const keySchema = z.tuple([z.int(), text, text, text, text])

function rowOfKey(key: string): PlainRow {
  const [from, id, channel, direction, agent] = keySchema.parse(JSON.parse(key))
  return {
    ...{ from, agent, values: {} },
    queue: id === null ? null : { id, channel: channel ?? '', direction: direction ?? '' },
  }
}

function digestOf({ values }: PlainRow): string {
  const said = Object.entries(values)
    .filter(([, value]) => value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)
}
