import { createHash } from 'node:crypto'
import { encodeDeadLetter, type DeadLetter } from '../../schemas/avro/dead-letter.ts'
import type { NewRecord } from '../log/log.ts'

/** Which piece of a body a record holds, as `2/3`; absent where it holds all. */
export const pieceHeader = 'ledgerline-piece'
/** By which redrive a letter was settled. */
export const redriveHeader = 'ledgerline-redrive'
/** The reason of a record that says that the letter with its id needs no more care. */
export const resolvedReason = 'resolved'

/** The same bytes from the same source are the same letter, however often they come. */
export function deadLetterId(source: string, body: Uint8Array): string {
  return createHash('sha256').update(source).update('\0').update(body).digest('hex')
}

/** A letter under its source; in pieces, one after the other, where it is larger than a record may be. */
export function toRecords(letter: DeadLetter): readonly NewRecord[] {
  const pieces = Math.max(1, Math.ceil(letter.body.length / pieceBytesMax))
  return Array.from({ length: pieces }, (_, index) => {
    const body = letter.body.subarray(index * pieceBytesMax, (index + 1) * pieceBytesMax)
    const headers =
      pieces === 1 ? letter.headers : { ...letter.headers, [pieceHeader]: `${index + 1}/${pieces}` }
    return { key: letter.source, value: encodeDeadLetter({ ...letter, body, headers }) }
  })
}

/** The letter's mark of settlement: it stands after the letter, in the same partition. */
export function toResolvedRecord(letter: DeadLetter, redrive: string): NewRecord {
  const value = encodeDeadLetter({
    ...letter,
    reason: resolvedReason,
    detail: 'understood when it was read again',
    body: new Uint8Array(),
    headers: { [redriveHeader]: redrive },
  })
  return { key: letter.source, value }
}

/** Half of what a record may be, so that headers and path find room. */
const pieceBytesMax = 1024 * 1024
