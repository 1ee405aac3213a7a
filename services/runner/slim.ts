import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { createSharedTexts } from '../runtime/shared-texts.ts'

/**
 * An event without what no fold reads: the payload and the attributes are most of its bytes, and a timeline in memory does
 * not need them. Definitions, mappings, identities, forecasts and plans are attributes, so those stay; so do those of workers, for a mapping may look at any
 * of them, and one that is set tomorrow at others than today's. They come again with every event of a worker: one copy serves.
 */
export function slim(event: LedgerEvent): LedgerEvent {
  const { type, attributes } = event
  if (toldInAttributes.has(type)) return event
  if (type === 'schedule.set' || type === 'schedule.excepted') {
    return { ...event, payload: null, sealed: null }
  }
  const isKept =
    type.startsWith('worker.') && attributes !== null && attributes.length <= attributesMax
  return { ...event, attributes: isKept ? shared(attributes) : null, payload: null, sealed: null }
}

/** Twice what TaskRouter allows. Of a worker with more nothing is known, however the events came. */
const attributesMax = 8_192
const shared = createSharedTexts(20_000)

/** What these say stands in their attributes, and is folded. */
const toldInAttributes = new Set<string>([
  ...['definitions.set', 'mapping.set', 'identities.set', 'identity.assigned', 'forecast.set'],
])
