import type { Instant, Span } from '../../schemas/events/instant.ts'
import { localLabel, offsetSpans, readInstant } from './zone.ts'

/** After the end of the day of which something is the beginning, and before the end of the next: no day has 36 hours. */
const intoNextDayMs = 36 * 3_600_000

/** The day of an instant in a zone, from midnight to midnight: of 23 to 25 hours. The zone must be one (`isZone`). */
export function localDay(zone: string, at: Instant): Span {
  const from = dayBeginning(zone, at)
  return { from, to: dayBeginning(zone, from + intoNextDayMs) }
}

function dayBeginning(zone: string, at: Instant): Instant {
  const offsetMs = offsetSpans(zone, { from: at, to: at + 1 }, 1)[0]?.offsetMs ?? 0
  const read = readInstant(localLabel(at, offsetMs).slice(0, 10), zone)
  if (read.kind === 'wrong') throw new Error(`a day in ${zone} does not begin`)
  return read.at
}
