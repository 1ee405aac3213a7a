import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { normaliseTaskRouter } from '../../services/ingest/sources/twilio-taskrouter.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import type { SimulatedEvent } from '../../services/simulator/model/event.ts'
import { toCallback } from '../../services/simulator/wire/callback.ts'

/** What the ledger makes of a simulated event that comes as a callback. */
export function ledgerEvents(event: SimulatedEvent, centre: Centre): readonly LedgerEvent[] {
  const verdict = normaliseTaskRouter(toCallback(event, centre), event.at + 200)
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}
