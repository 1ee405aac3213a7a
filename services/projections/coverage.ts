import type { Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'

/** A stretch in which a source has lost events that were not read again yet. */
export interface OpenGap {
  readonly source: string
  readonly from: number
  /** Null: it goes on. */
  readonly to: number | null
  readonly reason: string
}

/** What of a stretch of time its sources have told: all of it, or not. */
export function coverageOf(gaps: readonly OpenGap[], { from, to }: Span): 'complete' | 'unknown' {
  const isOpen = gaps.some((gap) => gap.from < to && (gap.to ?? Infinity) > from)
  return isOpen ? 'unknown' : 'complete'
}

/** Sources that tell of other things than waiting, work and conversations. */
const apart = new Set([
  'twilio-messaging',
  'twilio-studio',
  'twilio-video',
  'twilio-intelligence',
  'twilio-assistants',
  'twilio-error-logs',
  'sendgrid',
  'segment',
])

/** A source that nobody here knows, such as a telephone system of the customer's own, may tell of anything. */
export function isMadeOf(table: IntervalTable, source: string): boolean {
  if (apart.has(source)) return false
  // Calls tell how long a customer was on hold; whether the agent is where his plan has him, TaskRouter tells.
  const isOfPlans = table === 'adherence_intervals'
  if (source === 'twilio-voice') return table !== 'conversation_intervals' && !isOfPlans
  return source !== 'twilio-conversations' || table === 'conversation_intervals'
}
