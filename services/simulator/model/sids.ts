import type { Random } from './random.ts'

/** Makes sids of one kind, one after the other: prefix and 32 hexadecimal digits, as Twilio's are. */
export function createSids(random: Random, prefix: string): () => string {
  const own = random.split('sids', prefix)
  return () => prefix + hex(own.bits()) + hex(own.bits()) + hex(own.bits()) + hex(own.bits())
}

/** Four digits at a time, from a table: sids are made by the million. */
const digits = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))

function hex(bits: number): string {
  return `${digits[bits >>> 16] ?? ''}${digits[bits & 0xffff] ?? ''}`
}
