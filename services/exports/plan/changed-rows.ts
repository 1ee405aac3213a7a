import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PlainRow } from '../../../connectors/identities.ts'
import type { IntervalRow } from '../../../connectors/interval-row.ts'

/** What each row says, by whose it is and when: short, so that what was sent can be kept for as long as it may change. */
export function rowDigests(rows: readonly PlainRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map((row) => [keyOf(row), digestOf(row)]))
}

/**
 * A row of zeros for each that was sent and is no more: to a target that keeps what it is not told otherwise, silence
 * would not take it back.
 */
export function vanishedRows(
  rows: readonly PlainRow[],
  before: ReadonlyMap<string, string>,
): readonly PlainRow[] {
  const now = new Set(rows.map(keyOf))
  return [...before.keys()].filter((key) => !now.has(key)).map(rowOfKey)
}

/**
 * Of rows the ones that are to be told again: those that say something else than when they were sent, and all that the
 * target may add up with them, since its row would else be only a part: the same queue or agent at other times, and what
 * bears the same name, number or logon there.
 */
export function correction(
  rows: readonly IntervalRow[],
  before: ReadonlyMap<string, string>,
): readonly IntervalRow[] {
  const changed = rows.filter((row) => {
    const plain = { ...row, agent: row.agent?.id ?? null }
    return before.get(keyOf(plain)) !== digestOf(plain)
  })
  const told = new Set(changed.flatMap(namesOf))
  return rows.filter((row) => namesOf(row).some((name) => told.has(name)))
}

function namesOf({ queue, agent }: IntervalRow): readonly string[] {
  const ofAgent = agent === null ? '' : agent.logon
  if (queue === null) return [JSON.stringify(['agent', ofAgent])]
  const { id, name, number } = queue
  return [
    JSON.stringify(['id', id, ofAgent]),
    JSON.stringify(['name', name, ofAgent]),
    ...(number === null ? [] : [JSON.stringify(['number', number, ofAgent])]),
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

function digestOf({ values }: Pick<PlainRow, 'values'>): string {
  const said = Object.entries(values)
    .filter(([, value]) => value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)
}
