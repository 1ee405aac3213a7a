import { DateTime, IANAZone } from 'luxon'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { dayMs } from './interval.ts'

/** A stretch in which a zone's clocks are equally far from UTC. */
export interface OffsetSpan extends Span {
  readonly offsetMs: number
}

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name)
}

/**
 * The stretches of one offset that a span is made of. Borders lie whole steps after its beginning: an interval belongs to
 * the local time of its beginning, also where clocks change in the middle of it, as St John's did at one minute past
 * midnight.
 */
export function offsetSpans(name: string, span: Span, stepMs: number): readonly OffsetSpan[] {
  const offsetAt = offsetReader(name)
  const spans: OffsetSpan[] = []
  let from = span.from
  while (from < span.to) {
    const offsetMs = offsetAt(from)
    const to = nextChange(from, span.to, stepMs, (at) => offsetAt(at) === offsetMs)
    spans.push({ from, to, offsetMs })
    from = to
  }
  return spans
}

/** As Luxon's, at a quarter of its time: the offsets of all zones over decades are a million readings. */
function offsetReader(zone: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, timeZoneName: 'longOffset' },
    year: 'numeric',
  })
  return (at) => {
    const [, sign = '+', hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(format.format(at)) ?? []
    const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ms : ms
  }
}

/** No zone has changed its clocks and back within less than a week since 1990. */
const strideMs = 4 * dayMs

/** The first step for which it does not hold any more. */
function nextChange(
  from: Instant,
  end: Instant,
  stepMs: number,
  holds: (at: Instant) => boolean,
): Instant {
  for (let at = from; at < end; at += strideMs) {
    const next = Math.min(at + strideMs, end)
    if (holds(next)) continue
    let [same, different] = [at, next]
    while (different - same > stepMs) {
      const steps = Math.floor((different - same) / stepMs / 2)
      const middle = same + Math.max(1, steps) * stepMs
      if (holds(middle)) same = middle
      else different = middle
    }
    if (different < end) return different
  }
  return end
}

/** Local date and time with the offset, as ISO 8601 writes it: the hour that comes twice a year is told apart by it. */
export function localLabel(at: Instant, offsetMs: number): string {
  return `${new Date(at + offsetMs).toISOString().slice(0, 19)}${offsetText(offsetMs)}`
}

/** Such as +05:45. */
export function offsetText(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000
  const two = (value: number) => String(value).padStart(2, '0')
  const sign = offsetMs < 0 ? '-' : '+'
  return `${sign}${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`
}

export type ReadInstant =
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'wrong'; readonly detail: string }

/** Text that `readInstant` may make something of. */
export const instantPattern =
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/

/**
 * An instant from ISO 8601: with an offset, or in the local time of a zone. A date alone is the beginning of that day
 * there, or the time after midnight at which days begin, at its first coming. Local times that come twice or never are refused, not guessed.
 */
export function readInstant(text: string, zone: string, dayStartsAtMs = 0): ReadInstant {
  if (!instantPattern.test(text)) return wrong('is no date or time in ISO 8601')
  const time = DateTime.fromISO(text, { zone })
  if (!time.isValid) return wrong('is no date or time that exists')
  if (!text.includes('T')) {
    return { kind: 'instant', at: firstAt(Date.parse(`${text}Z`) + dayStartsAtMs, zone) }
  }
  if (/(Z|[+-]\d{2}:\d{2})$/.test(text)) return { kind: 'instant', at: time.toMillis() }
  const [first, second] = momentsOf(Date.parse(`${text}Z`), zone)
  if (first === undefined) return wrong(`never comes in ${zone}, where clocks leap over it`)
  if (second !== undefined) return wrong(`comes twice in ${zone}; say which by its offset`)
  return { kind: 'instant', at: first }
}

/** When the clocks of a zone first show a local time; if they leap over it, when they do. */
function firstAt(local: number, zone: string): Instant {
  const [first] = momentsOf(local, zone)
  if (first !== undefined) return first
  const [, later] = offsetSpans(zone, { from: local - 2 * dayMs, to: local + 2 * dayMs }, 60_000)
  return later?.from ?? local
}

/** The instants at which the clocks of a zone show a local time: one, as a rule. */
function momentsOf(local: number, name: string): readonly Instant[] {
  const zone = IANAZone.create(name)
  const offsets = new Set([local - dayMs, local + dayMs].map((at) => zone.offset(at) * 60_000))
  return [...offsets]
    .map((offset) => local - offset)
    .filter((at) => at + zone.offset(at) * 60_000 === local)
    .sort((a, b) => a - b)
}

function wrong(detail: string): ReadInstant {
  return { kind: 'wrong', detail }
}
