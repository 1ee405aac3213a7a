import { createHash } from 'node:crypto'

const idCharactersMax = 256

/** The ledger's ids are short. One that is not stands there as its hash, so that a repeat of it is still the same. */
export function toEventId(id: string): string {
  if (id.length <= idCharactersMax) return id
  return `sha256:${createHash('sha256').update(id).digest('hex')}`
}
