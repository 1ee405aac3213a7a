import { decodeDeadLetter, type DeadLetter } from '../../schemas/avro/dead-letter.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog, Shard } from '../log/log.ts'
import { pieceHeader, resolvedReason } from './dead-letter-records.ts'

/** A letter without its body, which may be large. */
export interface OpenLetter {
  readonly id: string
  readonly source: string
  readonly reason: string
  readonly detail: string
  readonly path: string | null
  readonly contentType: string | null
  readonly bodyBytes: number
  /** How often the same bytes came. */
  readonly times: number
  readonly firstReceivedAt: Instant
  readonly lastReceivedAt: Instant
}

export interface DeadLetterFilter {
  readonly id?: string
  readonly source?: string
  readonly reason?: string
  /** The oldest first. */
  readonly limit?: number
}

/** The letters that nobody has settled yet, the oldest first. Reads the whole topic; it is small, or there is a fire. */
export async function listDeadLetters(
  log: EventLog,
  filter: DeadLetterFilter = {},
): Promise<readonly OpenLetter[]> {
  return (await findOpen(log, filter)).map(({ letter }) => letter)
}

/** One letter with its body, whether it is settled or not; null if there is none. */
export async function readDeadLetter(log: EventLog, id: string): Promise<DeadLetter | null> {
  const found = (await findLetters(log)).get(id)
  return found === undefined ? null : readWhole(log, found)
}

/** Reads the bodies of open letters one at a time, so that many large ones do not fill the memory. */
export async function* openDeadLetters(
  log: EventLog,
  filter: DeadLetterFilter,
): AsyncIterable<DeadLetter> {
  for (const found of await findOpen(log, filter)) yield await readWhole(log, found)
}

interface Found {
  readonly letter: OpenLetter
  readonly isOpen: boolean
  readonly shard: Shard
  /** Of the records that hold the body, in order. */
  readonly offsets: readonly number[]
}

async function findOpen(log: EventLog, filter: DeadLetterFilter): Promise<readonly Found[]> {
  const { id, source, reason, limit = Infinity } = filter
  return [...(await findLetters(log)).values()]
    .filter(({ isOpen }) => isOpen)
    .filter(({ letter }) => id === undefined || letter.id === id)
    .filter(({ letter }) => source === undefined || letter.source === source)
    .filter(({ letter }) => reason === undefined || letter.reason === reason)
    .sort((a, b) => a.letter.firstReceivedAt - b.letter.firstReceivedAt)
    .slice(0, limit)
}

async function findLetters(log: EventLog): Promise<ReadonlyMap<string, Found>> {
  const letters = new Map<string, Found>()
  for await (const { letter, shard, offset } of allRecords(log)) {
    const known = letters.get(letter.id)
    if (letter.reason !== resolvedReason) {
      letters.set(letter.id, withRecord(known, letter, shard, offset))
    } else if (known !== undefined) {
      letters.set(letter.id, { ...known, isOpen: false })
    }
  }
  return letters
}

/** A body's pieces stand one after the other; what was broken off begins again, and what is whole is a repeat. */
function withRecord(
  known: Found | undefined,
  record: DeadLetter,
  shard: Shard,
  offset: number,
): Found {
  const piece = pieceOf(record)
  if (known === undefined || (piece.number === 1 && known.offsets.length < piece.of)) {
    return { letter: firstSight(record), isOpen: true, shard, offsets: [offset] }
  }
  const { letter, offsets } = known
  if (piece.number === offsets.length + 1) {
    const bodyBytes = letter.bodyBytes + record.body.length
    return { ...known, letter: { ...letter, bodyBytes }, offsets: [...offsets, offset] }
  }
  const times = letter.times + (piece.number === 1 ? 1 : 0)
  const again = { ...letter, times, lastReceivedAt: record.receivedAt }
  return { ...known, letter: again, isOpen: true }
}

function firstSight(record: DeadLetter): OpenLetter {
  const { id, source, reason, detail, path, contentType, receivedAt, body } = record
  return {
    ...{ id, source, reason, detail, path, contentType },
    bodyBytes: body.length,
    times: 1,
    firstReceivedAt: receivedAt,
    lastReceivedAt: receivedAt,
  }
}

function pieceOf(letter: DeadLetter): { readonly number: number; readonly of: number } {
  const [number = 1, of = 1] = (letter.headers[pieceHeader] ?? '1/1').split('/').map(Number)
  return { number, of }
}

const recordsMax = 100

async function* allRecords(log: EventLog) {
  const topic = 'ledgerline.dead-letters'
  for (let partition = 0; partition < log.partitions(topic); partition++) {
    const shard: Shard = { topic, partition }
    for await (const records of log.read(shard, 0, recordsMax)) {
      for (const { offset, value } of records) {
        yield { letter: decodeDeadLetter(value), shard, offset }
      }
    }
  }
}

async function readWhole(log: EventLog, { shard, offsets }: Found): Promise<DeadLetter> {
  const pieces: DeadLetter[] = []
  for (const offset of offsets) pieces.push(await readRecord(log, shard, offset))
  const [first] = pieces
  if (first === undefined) throw new Error('a letter without a record')
  return { ...first, body: Buffer.concat(pieces.map((piece) => piece.body)) }
}

async function readRecord(log: EventLog, shard: Shard, offset: number): Promise<DeadLetter> {
  for await (const [record] of log.read(shard, offset, 1)) {
    if (record !== undefined) return decodeDeadLetter(record.value)
  }
  throw new Error('a record that was read before is gone')
}
