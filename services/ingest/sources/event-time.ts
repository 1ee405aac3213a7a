import type { Instant } from '../../../schemas/events/instant.ts'

/**
 * A time as any of Twilio's products writes it: an epoch as number or digits, whose magnitude tells seconds from
 * milliseconds, ISO 8601 (UTC where no offset is given) or the date of an e-mail. Null for everything else: the engine's
 * own parser would read "1" as a day in 2001.
 */
export function toInstant(value: unknown): Instant | null {
  if (typeof value === 'number') return fromEpoch(value)
  if (typeof value !== 'string') return null
  if (epoch.test(value)) return fromEpoch(Number(value))
  if (iso.test(value)) return fromText(hasOffset.test(value) ? value : `${value}Z`)
  return mail.test(value) ? fromText(value) : null
}

const epoch = /^\d{1,15}(\.\d{1,9})?$/
const iso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/
const hasOffset = /(Z|[+-]\d\d:?\d\d)$/
const mail = /^([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d ([+-]\d{4}|GMT|UTC)$/

/** Below this a number counts seconds: as milliseconds it would be a moment in early 1973. */
const secondsMax = 1e11
const millisecondsMax = 1e14

function fromEpoch(value: number): Instant | null {
  if (!(value >= 0 && value < millisecondsMax)) return null
  return Math.round(value < secondsMax ? value * 1000 : value)
}

function fromText(text: string): Instant | null {
  const instant = Date.parse(text)
  return instant >= 0 ? instant : null
}
