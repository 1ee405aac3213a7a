import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { schemaErrors, type ProblemError } from '../../schemas/feeds/problem.ts'
import { isZone, readInstant } from '../../services/time/zone.ts'
import type { IntervalForm } from '../form/interval-form.ts'

/** What a WFM product asks for: of which time, in which form. */
export type Question =
  | {
      readonly kind: 'asked'
      readonly span: Span
      readonly intervalMinutes: 15 | 30 | 60
      readonly zone: string
    }
  | { readonly kind: 'refused'; readonly faults: readonly ProblemError[] }

/** The last step of the path of each question, and whose rows it asks for. */
const reports: ReadonlyMap<string, IntervalForm['rows']> = new Map([
  ['agg-queue-stats', 'queues'],
  ['agg-agent-extended-stats', 'agent-queues'],
  ['agg-agent-stats', 'agents'],
])

export const reportNames: readonly string[] = [...reports.keys()]

/** Whose rows a report is of; null: there is no such report. */
export function rowsOf(report: string): IntervalForm['rows'] | null {
  return reports.get(report) ?? null
}

const local = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'is no time such as 2026-03-02 09:00:00')
const minutesOf: Readonly<Record<number, 15 | 30 | 60>> = {
  ...{ 15: 15, 30: 30, 60: 60 },
  // The vendor's OpenAPI has seconds where its guide has minutes.
  ...{ 900: 15, 1800: 30, 3600: 60 },
}
export const questionSchema = z.object({
  startDate: local.describe('In the time zone, YYYY-MM-DD HH:mm:ss'),
  endDate: local.describe('The same, not included; at least 5 minutes ago'),
  timeInterval: z
    .int()
    .refine((told) => told in minutesOf, 'must be 15, 30 or 60 minutes')
    .describe('Minutes; 900, 1800 and 3600 are seconds'),
  timeZone: z.string().refine(isZone, 'is no time zone').default('UTC'),
})
// What can be judged by itself is, also where the rest is wrong.
const spanSchema = questionSchema.pick({ startDate: true, endDate: true, timeZone: true })
const edgesSchema = questionSchema.pick({ startDate: true, endDate: true, timeInterval: true })

/** How much a question may ask for at once, and how old what it asks for must be. */
export const limits = { spanMsMax: 3 * 3_600_000, ageMsMin: 5 * 60_000 } as const

/** Understands the body of a question; all that is wrong with it at once. */
export function questionOf(body: unknown, now: Instant): Question {
  const whole = questionSchema.safeParse(body)
  const span = askedSpan(body, now)
  const faults = [
    ...schemaErrors(whole.error, 'body'),
    ...('faults' in span ? span.faults : []),
    ...edgeFaults(body),
  ]
  if (!whole.success || 'faults' in span || faults.length > 0) return { kind: 'refused', faults }
  const { timeInterval, timeZone: zone } = whole.data
  return { kind: 'asked', span, zone, intervalMinutes: minutesOf[timeInterval] ?? 15 }
}

/** No faults where the schema tells them. */
function askedSpan(
  body: unknown,
  now: Instant,
): Span | { readonly faults: readonly ProblemError[] } {
  const read = spanSchema.safeParse(body)
  if (!read.success) return { faults: [] }
  const { startDate, endDate, timeZone } = read.data
  const from = readInstant(startDate.replace(' ', 'T'), timeZone)
  const to = readInstant(endDate.replace(' ', 'T'), timeZone)
  if (from.kind !== 'instant' || to.kind !== 'instant') {
    const faults = Object.entries({ startDate: from, endDate: to }).flatMap(([field, one]) =>
      one.kind === 'wrong' ? [{ field, detail: one.detail }] : [],
    )
    return { faults }
  }
  const span = { from: from.at, to: to.at }
  const wrong = [
    ...(span.from < span.to ? [] : ['must be later than startDate']),
    ...(span.to - span.from <= limits.spanMsMax ? [] : ['must be within 3 hours of startDate']),
    ...(now - span.to >= limits.ageMsMin ? [] : ['must be at least 5 minutes ago']),
  ]
  if (wrong.length > 0) return { faults: wrong.map((detail) => ({ field: 'endDate', detail })) }
  return span
}

/** Rows are of whole intervals: half of one would be taken for all of it. */
function edgeFaults(body: unknown): readonly ProblemError[] {
  const read = edgesSchema.safeParse(body)
  if (!read.success) return []
  const { timeInterval, startDate, endDate } = read.data
  const minutes = minutesOf[timeInterval] ?? 15
  return Object.entries({ startDate, endDate }).flatMap(([field, text]) => {
    const [, minute, second] = text.split(':').map(Number)
    if ((minute ?? 0) % minutes === 0 && second === 0) return []
    return [{ field, detail: `is not on a border of intervals of ${minutes} minutes` }]
  })
}
