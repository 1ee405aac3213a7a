import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import { monthStart } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { wrong } from './asked.ts'

/**
 * The beginning of the month that a date, `2026-03-01`, lies in: a rebuild writes whole months of UTC. Throws a problem where
 * the date is yet to come, and where no month before it is in the ledger: that is a rebuild of all, and is to be asked for as such.
 */
export async function monthAsked(
  date: string,
  { warehouse, clock }: { readonly warehouse: Warehouse; readonly clock: Clock },
): Promise<Instant> {
  const refused = (detail: string) => wrong([{ field: 'from', detail }])
  const at = Date.parse(`${date}T00:00:00Z`)
  if (at > clock.now()) throw refused(`${date} is yet to come`)
  const month = monthStart(at)
  const [found] = await warehouse.query<{ events: number; first: Instant }>(
    'SELECT count() AS events, min(at) AS first FROM events',
  )
  if (found === undefined || found.events === 0) throw refused('the ledger holds nothing yet')
  if (month > found.first) return month
  const first = toDate(found.first)
  throw refused(`the ledger begins on ${first}, in no earlier month: without it all is rebuilt`)
}

/** The UTC day of an instant, as it is asked for. */
export function toDate(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10)
}
