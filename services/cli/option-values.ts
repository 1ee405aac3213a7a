import { InvalidArgumentError } from 'commander'
import { rehearsedDays } from '../../schemas/feeds/rehearsal.ts'

// What options may be. Each reads a text or says what is wrong with it.

export function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, 1 or more.')
}

/** `0.05` or `5%`. */
export function toShare(text: string): number {
  const isPercent = text.endsWith('%')
  const value = Number(isPercent ? text.slice(0, -1) : text) / (isPercent ? 100 : 1)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a share, such as 0.05 or 5%.')
}

/** `90s`, `15m`, `1h`, `2d`; milliseconds. */
export function toDurationMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const unitMs = units.get(unit ?? '')
  if (unitMs !== undefined) return Math.round(Number(amount) * unitMs)
  throw new InvalidArgumentError('It must be a length of time, such as 90s, 15m, 1h or 2d.')
}

const units = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** A time with its zone, such as 2026-03-10T08:00:00Z; milliseconds since 1970. */
export function toInstant(text: string): number {
  const at = Date.parse(text)
  if (!Number.isNaN(at) && /(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return at
  throw new InvalidArgumentError('It must be a time with a zone, such as 2026-03-10T08:00:00Z.')
}

/** A day, such as 2026-03-01; the text itself. */
export function toDate(text: string): string {
  const at = Date.parse(`${text}T00:00:00Z`)
  // Of the 30th of February some make the 2nd of March.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(`${text}T`)) return text
  throw new InvalidArgumentError('It must be a date, such as 2026-03-01.')
}

/** How many times as fast as the clock. */
export function toSpeed(text: string): number {
  if (text === 'max') return Infinity
  const speed = Number(text)
  if (Number.isFinite(speed) && speed > 0) return speed
  throw new InvalidArgumentError('It must be a number above 0, or max.')
}

export function toUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new InvalidArgumentError('It must be an address, such as http://127.0.0.1:8080.')
}

/** How many days a rehearsal looks back. */
export function toDays(text: string): number {
  const days = rehearsedDays.safeParse(text.trim() === '' ? NaN : text)
  if (days.success) return days.data
  const { minValue, maxValue } = rehearsedDays
  throw new InvalidArgumentError(`It must be a whole number of days, ${minValue} to ${maxValue}.`)
}
