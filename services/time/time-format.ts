import type { Instant } from '../../schemas/events/instant.ts'
import { offsetText } from './zone.ts'

/** How a time is written. */
export interface TimeFormat {
  /** Whether the hour that comes twice a year is told apart in it. */
  readonly isUnique: boolean
  /** Of an instant, by clocks that are so far from UTC. */
  write(at: Instant, offsetMs: number): string | number
}

/** Such as `yyyy-MM-dd HH:mm`, or the name of a whole format; null: no such pattern. */
export function timeFormat(pattern: string): TimeFormat | null {
  const named = Object.entries(namedFormats).find(([name]) => name === pattern)?.[1]
  if (named !== undefined) return { isUnique: true, write: named }
  const parts = [...pattern.matchAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g)].map(
    ([text, quoted]) => ({
      text: quoted ?? text,
      isToken: quoted === undefined && /\w/.test(text),
    }),
  )
  const tokens = parts.filter(({ isToken }) => isToken).map(({ text }) => text)
  const isKnown = tokens.length > 0 && tokens.every((token) => Object.hasOwn(timeTokens, token))
  // A quote that is not closed is in no part.
  if (!isKnown || pattern.replaceAll(/'[^']*'/g, '').includes("'")) return null
  return {
    isUnique: tokens.includes('XXX'),
    write: (at, offsetMs) => {
      const local = new Date(at + offsetMs)
      return parts
        .map(({ text, isToken }) => (isToken ? (timeTokens[text]?.(local, offsetMs) ?? '') : text))
        .join('')
    },
  }
}

/** Formats that have a name: of UTC, whatever the zone. */
export const namedFormats: Readonly<Record<string, (at: Instant) => string | number>> = {
  iso: (at) => new Date(at).toISOString().replace('.000Z', 'Z'),
  'iso-seconds': (at) => `${new Date(at).toISOString().slice(0, 19)}Z`,
  'iso-ms': (at) => new Date(at).toISOString(),
  unix: (at) => Math.floor(at / 1000),
  'unix-ms': (at) => at,
}

const two = (value: number) => String(value).padStart(2, '0')
const hour12 = (local: Date) => local.getUTCHours() % 12 || 12

/** What letters in a pattern stand for; other letters stand in single quotes. */
export const timeTokens: Readonly<Record<string, (local: Date, offsetMs: number) => string>> = {
  yyyy: (local) => String(local.getUTCFullYear()).padStart(4, '0'),
  yy: (local) => two(local.getUTCFullYear() % 100),
  MM: (local) => two(local.getUTCMonth() + 1),
  M: (local) => String(local.getUTCMonth() + 1),
  dd: (local) => two(local.getUTCDate()),
  d: (local) => String(local.getUTCDate()),
  HH: (local) => two(local.getUTCHours()),
  H: (local) => String(local.getUTCHours()),
  hh: (local) => two(hour12(local)),
  h: (local) => String(hour12(local)),
  a: (local) => (local.getUTCHours() < 12 ? 'AM' : 'PM'),
  mm: (local) => two(local.getUTCMinutes()),
  ss: (local) => two(local.getUTCSeconds()),
  SSS: (local) => String(local.getUTCMilliseconds()).padStart(3, '0'),
  XXX: (_local, offsetMs) => offsetText(offsetMs),
}
