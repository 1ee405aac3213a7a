import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { grainMs, type Grain } from '../time/local-period.ts'
import { isZone, offsetSpans, offsetText, readInstant } from '../time/zone.ts'

/** More periods than this in one answer nobody reads; a longer time is asked for in pieces, or in a coarser grain. */
export const periodsMax = 4_000

const asked = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  zone: z.string().default('UTC'),
  grain: z.enum(['15', '30', '60', 'day']).default('15').catch('15'),
})

export interface AskedSpan {
  /** Null if anything is wrong with it. */
  readonly span: Span | null
  readonly errors: readonly ProblemError[]
}

/**
 * The time that a question is about, in base intervals of a length, or all that is wrong with it. What is not there at all
 * is told by the schema.
 */
export function askedSpan(query: unknown, intervalMs: number): AskedSpan {
  const { data } = asked.safeParse(query)
  if (data === undefined) return { span: null, errors: [] }
  const errors: ProblemError[] = []
  const isKnown = isZone(data.zone)
  if (!isKnown) {
    const detail = 'is no IANA time zone; Europe/Berlin and America/New_York are examples'
    errors.push({ field: 'zone', detail })
  }
  const read = (field: 'from' | 'to'): Instant | null => {
    const text = data[field]
    if (text === undefined) return null
    const instant = readInstant(text, isKnown ? data.zone : 'UTC')
    if (instant.kind === 'instant') return instant.at
    errors.push({ field, detail: instant.detail })
    return null
  }
  const [from, to] = [read('from'), read('to')]
  const span = from === null || to === null ? null : { from, to }
  const tooLong = span === null ? null : lengthFault(span, toGrain(data.grain))
  if (tooLong !== null) errors.push({ field: 'to', detail: tooLong })
  const unfit =
    span === null || tooLong !== null || !isKnown ? null : zoneFault(data.zone, span, intervalMs)
  if (unfit !== null) errors.push({ field: 'zone', detail: unfit })
  else {
    const detail = `is not on the border of an interval of ${minutesOf(intervalMs)} minutes`
    if (from !== null && from % intervalMs !== 0) errors.push({ field: 'from', detail })
    if (to !== null && to % intervalMs !== 0) errors.push({ field: 'to', detail })
  }
  return { span: errors.length === 0 ? span : null, errors }
}

/** In Kathmandu, at +05:45, each hour begins in the middle of an interval of half an hour. */
function zoneFault(zone: string, span: Span, intervalMs: number): string | null {
  const odd = offsetSpans(zone, span, intervalMs).find(
    ({ offsetMs }) => offsetMs % intervalMs !== 0,
  )
  if (odd === undefined) return null
  const minutes = minutesOf(intervalMs)
  return `is at ${offsetText(odd.offsetMs)} from UTC, where no hour is made of whole intervals of ${minutes} minutes; the ledger's can be told in zones that are a multiple of them away`
}

function minutesOf(ms: number): number {
  return ms / 60_000
}

export function toGrain(name: '15' | '30' | '60' | 'day'): Grain {
  switch (name) {
    case '15':
      return 15
    case '30':
      return 30
    case '60':
      return 60
    case 'day':
      return 'day'
  }
}

function lengthFault({ from, to }: Span, grain: Grain): string | null {
  if (to <= from) return 'must be later than from'
  const periods = Math.ceil((to - from) / grainMs(grain))
  if (periods <= periodsMax) return null
  return `makes ${periods} periods where ${periodsMax} are allowed; ask for less, or in a coarser grain`
}
