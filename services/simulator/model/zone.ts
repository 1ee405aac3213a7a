import type { Instant } from '../../../schemas/events/instant.ts'
import { intervalStart, quarterHourMs } from '../../time/interval.ts'

/** The wall clock of one time zone, for shifts and opening hours. */
export interface Zone {
  readonly name: string
  /** How far the wall clock is ahead of UTC. */
  offsetMs(at: Instant): number
}

/** Offsets change only at quarter hours, so they are asked for once a quarter hour and remembered. */
export function openZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    timeZoneName: 'longOffset',
  })
  const known = new Map<Instant, number>()
  return {
    name,
    offsetMs(at) {
      const start = intervalStart(at, quarterHourMs)
      const before = known.get(start)
      if (before !== undefined) return before
      if (known.size > 5_000) known.clear()
      const offset = parseOffset(offsetPart(format, start))
      known.set(start, offset)
      return offset
    },
  }
}

/** The instant at which the wall clock of a zone shows a time that is given as if it were UTC. */
export function fromWallClock(zone: Zone, wall: Instant): Instant {
  const guess = wall - zone.offsetMs(wall)
  return wall - zone.offsetMs(guess)
}

function offsetPart(format: Intl.DateTimeFormat, at: Instant): string {
  return format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
}

/** `GMT`, `GMT-05:00`, `GMT+05:45`. */
function parseOffset(text: string): number {
  const found = /^GMT([+-])(\d\d):(\d\d)/.exec(text)
  if (found === null) return 0
  const minutes = Number(found[2]) * 60 + Number(found[3])
  return (found[1] === '-' ? -minutes : minutes) * 60_000
}
