import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import {
  dayStartsAtMs,
  grainMs,
  grains,
  isOfDays,
  type Grain,
  type Periods,
} from '../time/local-period.ts'
import { offsetSpans, offsetText, readInstant } from '../time/zone.ts'
import { askedCalendar } from './asked-calendar.ts'
import type { LedgerTime } from './ledger-time.ts'

/** More periods than this in one answer nobody reads; a longer time is asked for in pieces, or in a coarser grain. */
export const periodsMax = 10_000

const asked = z.object({
  from: z.string().optional().catch(undefined),
  to: z.string().optional().catch(undefined),
  grain: z.string().optional().catch(''),
})

export interface AskedSpan {
  /** Null if anything is wrong with it. */
  readonly asked: (Periods & { readonly span: Span }) | null
  readonly errors: readonly ProblemError[]
}

/**
 * The time that a question is about, in the ledger's base intervals, or all that is wrong with it. What is not there at all
 * is told by the schema.
 */
export function askedSpan(
  query: unknown,
  ledger: LedgerTime,
  periodsAllowed = periodsMax,
): AskedSpan {
  const data = asked.parse(query)
  const { intervalMs } = ledger
  const { zone, calendar, errors: ofCalendar } = askedCalendar(query, ledger)
  const errors: ProblemError[] = [...ofCalendar]
  const minutes = intervalMs / 60_000
  const possible = grains.filter((grain) => isOfDays(grain) || grain % minutes === 0)
  const text = data.grain ?? String(minutes)
  const grain = possible.find((each) => String(each) === text)
  if (grain === undefined) {
    const detail = `is no grain in which intervals of ${minutes} minutes can be told`
    errors.push({ field: 'grain', detail, choices: possible.map(String) })
  }
  if (dayStartsAtMs(calendar) % intervalMs !== 0) {
    errors.push({ field: 'day_starts_at', detail: `is not on a multiple of ${minutes} minutes` })
  }
  const read = (field: 'from' | 'to'): Instant | null => {
    const text = data[field]
    if (text === undefined) return null
    const instant = readInstant(text, zone, dayStartsAtMs(calendar))
    if (instant.kind === 'instant') return instant.at
    errors.push({ field, detail: instant.detail })
    return null
  }
  const [from, to] = [read('from'), read('to')]
  const span = from === null || to === null ? null : { from, to }
  const tooLong = span === null ? null : lengthFault(span, grain ?? 'day', periodsAllowed)
  if (tooLong !== null) errors.push({ field: 'to', detail: tooLong })
  const unfit = span === null || tooLong !== null ? null : zoneFault(zone, span, intervalMs)
  if (unfit !== null) errors.push({ field: 'zone', detail: unfit })
  else {
    const detail = `is not on the border of an interval of ${minutes} minutes`
    if (from !== null && from % intervalMs !== 0) errors.push({ field: 'from', detail })
    if (to !== null && to % intervalMs !== 0) errors.push({ field: 'to', detail })
  }
  if (errors.length > 0 || span === null || grain === undefined) return { asked: null, errors }
  return { asked: { span, zone, grain, calendar, intervalMs }, errors }
}

/** The instant as of which numbers are asked for as they were reported; null: as they are now. */
export function askedInstant(
  query: unknown,
  ledger: LedgerTime,
): {
  readonly at: Instant | null
  readonly errors: readonly ProblemError[]
} {
  const { as_reported_at: text } = reportedAsked.parse(query)
  if (text === undefined) return { at: null, errors: [] }
  const instant = readInstant(text, askedCalendar(query, ledger).zone)
  if (instant.kind === 'instant') return { at: instant.at, errors: [] }
  return { at: null, errors: [{ field: 'as_reported_at', detail: instant.detail }] }
}

const reportedAsked = z.object({
  as_reported_at: z.string().optional().catch(undefined),
})

/** In Kathmandu, at +05:45, each hour begins in the middle of an interval of half an hour. */
function zoneFault(zone: string, span: Span, intervalMs: number): string | null {
  const odd = offsetSpans(zone, span, intervalMs).find(
    ({ offsetMs }) => offsetMs % intervalMs !== 0,
  )
  if (odd === undefined) return null
  const minutes = intervalMs / 60_000
  return `is at ${offsetText(odd.offsetMs)} from UTC, where no hour is made of whole intervals of ${minutes} minutes; the ledger's can be told in zones that are a multiple of them away`
}

function lengthFault({ from, to }: Span, grain: Grain, allowed: number): string | null {
  if (to <= from) return 'must be later than from'
  const periods = Math.ceil((to - from) / grainMs(grain))
  if (periods <= allowed) return null
  return `makes ${periods} periods where ${allowed} are allowed; ask for less, or in a coarser grain`
}
