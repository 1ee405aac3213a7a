import type { Span } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** A stretch in which a source has lost events that were not read again yet. */
export interface OpenGap {
  readonly source: string
  readonly from: number
  /** Null: it goes on. */
  readonly to: number | null
  readonly reason: string
}

/** The open gaps of the sources that these tables are made of, as far as they touch a span. */
export async function openGaps(
  warehouse: Warehouse,
  tables: readonly IntervalTable[],
  span: Span,
): Promise<readonly OpenGap[]> {
  const gaps = await warehouse.query<OpenGap>(
    `SELECT source, toUnixTimestamp64Milli(gap_from) AS from, toUnixTimestamp64Milli(gap_to) AS to, reason
     FROM source_gaps FINAL
     WHERE status = 'open' AND gap_from < fromUnixTimestamp64Milli({to:Int64})
       AND (gap_to IS NULL OR gap_to > fromUnixTimestamp64Milli({from:Int64}))
     ORDER BY gap_from, source`,
    { ...span },
  )
  return gaps.filter(({ source }) => tables.some((table) => isMadeOf(table, source)))
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
function isMadeOf(table: IntervalTable, source: string): boolean {
  if (apart.has(source)) return false
  if (source === 'twilio-voice') return table !== 'conversation_intervals'
  return source !== 'twilio-conversations' || table === 'conversation_intervals'
}
