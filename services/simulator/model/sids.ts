import type { Random } from './random.ts'

/** Makes sids of one kind, one after the other: prefix and 32 hexadecimal digits, as Twilio's are. */
export function createSids(random: Random, prefix: string): () => string {
  const own = random.split('sids', prefix)
  return () => prefix + hex(own.bits()) + hex(own.bits()) + hex(own.bits()) + hex(own.bits())
}

function hex(bits: number): string {
  return bits.toString(16).padStart(8, '0')
}
