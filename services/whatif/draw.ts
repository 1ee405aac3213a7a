import { createHash } from 'node:crypto'

/**
 * A number from 0 to 1, 1 not included, that depends on nothing but these words: seed, run, contact, what is drawn. So the
 * same contact has the same luck under every workflow (common random numbers), and two replays differ by the workflow alone.
 */
export function drawOf(...words: readonly (string | number)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(words)).digest()
  return digest.readUIntBE(0, 6) / 2 ** 48
}
