import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { isZone, readInstant } from '../../services/time/zone.ts'
import type { IntervalForm } from '../form/interval-form.ts'

/** What a WFM product asks for: which rows, in which form. */
export type Question =
  | {
      readonly kind: 'asked'
      readonly rows: IntervalForm['rows']
      readonly span: Span
      readonly intervalMinutes: 15 | 30 | 60
      readonly zone: string
    }
  | { readonly kind: 'refused'; readonly faults: readonly string[] }

/** The last step of the path of each question, and whose rows it asks for. */
export const reports: Readonly<Record<string, IntervalForm['rows']>> = {
  'agg-queue-stats': 'queues',
  'agg-agent-extended-stats': 'agent-queues',
  'agg-agent-stats': 'agents',
}

const local = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'is no time such as 2026-03-02 09:00:00')
const minutesOf: Readonly<Record<number, 15 | 30 | 60>> = {
  ...{ 15: 15, 30: 30, 60: 60 },
  // The vendor's OpenAPI has seconds where its guide has minutes.
  ...{ 900: 15, 1800: 30, 3600: 60 },
}
const asked = z.object({
  startDate: local,
  endDate: local,
  timeInterval: z.int().refine((told) => told in minutesOf, 'must be 15, 30 or 60 minutes'),
  timeZone: z.string().refine(isZone, 'is no time zone').default('UTC'),
})

/** How much a question may ask for at once, and how old what it asks for must be. */
export const limits = { spanMsMax: 3 * 3_600_000, ageMsMin: 5 * 60_000 } as const

/** Understands the body of a question; all that is wrong with it at once. */
export function questionOf(report: string, body: unknown, now: Instant): Question {
  const rows = Object.hasOwn(reports, report) ? reports[report] : undefined
  if (rows === undefined) return refused([`there is no report ${report}`])
  const read = asked.safeParse(body)
  if (!read.success) {
    return refused(read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`))
  }
  const { startDate, endDate, timeInterval, timeZone } = read.data
  const [from, to] = [startDate, endDate].map((text) =>
    readInstant(text.replace(' ', 'T'), timeZone),
  )
  if (from?.kind !== 'instant' || to?.kind !== 'instant') {
    const told = { startDate: from, endDate: to }
    return refused(
      Object.entries(told).flatMap(([name, one]) =>
        one?.kind === 'wrong' ? [`${name} ${one.detail}`] : [],
      ),
    )
  }
  const span = { from: from.at, to: to.at }
  const faults = [
    ...(span.from < span.to ? [] : ['endDate must be later than startDate']),
    ...(span.to - span.from <= limits.spanMsMax ? [] : ['no more than 3 hours in a request']),
    ...(now - span.to >= limits.ageMsMin ? [] : ['endDate must be at least 5 minutes ago']),
  ]
  if (faults.length > 0) return refused(faults)
  return {
    ...{ kind: 'asked', rows, span, zone: timeZone },
    intervalMinutes: minutesOf[timeInterval] ?? 15,
  }
}

function refused(faults: readonly string[]): Question {
  return { kind: 'refused', faults }
}
