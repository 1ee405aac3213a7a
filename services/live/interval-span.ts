import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { intervalMs } from '../time/interval.ts'
import { grainMs, type Grain } from '../time/local-period.ts'
import { isZone, readInstant } from '../time/zone.ts'

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

/** The time that a question is about, or all that is wrong with it. What is not there at all is told by the schema. */
export function askedSpan(query: unknown): AskedSpan {
  const { data } = asked.safeParse(query)
  if (data === undefined) return { span: null, errors: [] }
  const errors: ProblemError[] = []
  const isKnown = isZone(data.zone)
  if (!isKnown) {
    const detail = 'is no IANA time zone; Europe/Berlin and America/New_York are examples'
    errors.push({ field: 'zone', detail })
  }
  const read = (field: 'from' | 'to'): number | null => {
    const text = data[field]
    if (text === undefined) return null
    const instant = readInstant(text, isKnown ? data.zone : 'UTC')
    if (instant.kind === 'wrong') errors.push({ field, detail: instant.detail })
    else if (instant.at % intervalMs !== 0)
      errors.push({ field, detail: 'is not on a quarter hour' })
    else return instant.at
    return null
  }
  const from = read('from')
  const to = read('to')
  if (from === null || to === null) return { span: null, errors }
  const detail = lengthFault({ from, to }, toGrain(data.grain))
  if (detail !== null) errors.push({ field: 'to', detail })
  return { span: errors.length === 0 ? { from, to } : null, errors }
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
