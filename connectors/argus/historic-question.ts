import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { schemaErrors, type ProblemError } from '../../schemas/feeds/problem.ts'
import { dayMs } from '../../services/time/interval.ts'
import { readInstant, type ReadInstant } from '../../services/time/zone.ts'

/** What ARGUS asks of the past: of which time, and of whom. */
export type HistoricQuestion =
  | {
      readonly kind: 'asked'
      readonly span: Span
      /** Null: of all agents. */
      readonly logons: ReadonlySet<string> | null
    }
  | { readonly kind: 'refused'; readonly faults: readonly ProblemError[] }

const time = z.string('is missing: an instant such as 2026-03-02T09:00:00Z')
export const historicQuestionSchema = z.object({
  startDate: time.describe('ISO 8601 with its zone'),
  endDate: time.describe('The same, not included; at most 31 days after startDate'),
  agentId: z
    .string('is told twice; ids are separated by commas')
    .refine((text) => idsIn(text).every((id) => id !== ''), 'an id is missing between commas')
    .optional()
    .describe('Logons, separated by commas; all agents where it is left out or empty'),
})
// What can be judged by itself is, also where the rest is wrong.
const spanSchema = historicQuestionSchema.pick({ startDate: true, endDate: true })

/** How much may be asked for at once. */
export const historicMsMax = 31 * dayMs

/** Understands the parameters of a question; all that is wrong with them at once. */
export function historicQuestionOf(query: unknown, now: Instant): HistoricQuestion {
  const whole = historicQuestionSchema.safeParse(query)
  const span = askedSpan(query, now)
  const faults = [...schemaErrors(whole.error, 'query'), ...('faults' in span ? span.faults : [])]
  if (!whole.success || 'faults' in span || faults.length > 0) return { kind: 'refused', faults }
  const ids = idsIn(whole.data.agentId ?? '')
  return { kind: 'asked', span, logons: ids.length === 0 ? null : new Set(ids) }
}

/** No faults where the schema tells them. */
function askedSpan(
  query: unknown,
  now: Instant,
): Span | { readonly faults: readonly ProblemError[] } {
  const read = spanSchema.safeParse(query)
  if (!read.success) return { faults: [] }
  const from = zonedInstant(read.data.startDate)
  const to = zonedInstant(read.data.endDate)
  if (from.kind !== 'instant' || to.kind !== 'instant') {
    const faults = Object.entries({ startDate: from, endDate: to }).flatMap(([field, one]) =>
      one.kind === 'wrong' ? [{ field, detail: one.detail }] : [],
    )
    return { faults }
  }
  const span = { from: from.at, to: to.at }
  const faults = [
    ...(span.from <= now ? [] : [{ field: 'startDate', detail: 'is yet to come' }]),
    ...(span.from < span.to ? [] : [{ field: 'endDate', detail: 'must be later than startDate' }]),
    ...(span.to - span.from <= historicMsMax
      ? []
      : [{ field: 'endDate', detail: 'must be within 31 days of startDate' }]),
  ]
  return faults.length > 0 ? { faults } : span
}

/** Whoever leaves the plus of +13:00 as it is in an address has told a blank, which stands for nothing else there. */
function zonedInstant(text: string): ReadInstant {
  const told = text.replace(/ (?=\d{2}:\d{2}$)/, '+')
  const read = readInstant(told, 'UTC')
  if (read.kind === 'wrong' || /(Z|[+-]\d{2}:\d{2})$/.test(told)) return read
  return { kind: 'wrong', detail: 'has no zone, such as Z or +13:00' }
}

/** Nobody where there is nothing. */
function idsIn(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((id) => id.trim())
}
