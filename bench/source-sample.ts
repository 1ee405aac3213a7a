import type { LedgerEvent } from '../schemas/events/ledger-event.ts'
import { hubOnlyTypes } from '../schemas/inbound/custom-events.ts'
import { normaliseTaskRouter } from '../services/ingest/sources/twilio-taskrouter.ts'
import type { Centre } from '../services/simulator/model/centre.ts'
import { createCentre } from '../services/simulator/model/create-centre.ts'
import type { SimulatedEvent } from '../services/simulator/model/event.ts'
import { isOfTaskRouter, type SaidEvent } from '../services/simulator/model/happening.ts'
import { openSimulation } from '../services/simulator/model/simulation.ts'
import { sourceNames } from '../services/simulator/model/sources.ts'
import { toCallback } from '../services/simulator/wire/callback.ts'

/** What was said in two hours of a centre whose two hundred agents are busy, and some of it of each source. */
export interface SourceSample {
  readonly centre: Centre
  readonly routed: readonly SimulatedEvent[]
  /** The same, in the ledger's words. */
  readonly custom: readonly LedgerEvent[]
  readonly of: <Source extends SaidEvent['source']>(source: Source) => readonly SaidOf<Source>[]
}

type SaidOf<Source> = Extract<SaidEvent, { readonly source: Source }>

const startAt = Date.UTC(2026, 2, 10, 14)
const endAt = startAt + 2 * 3_600_000
/** What a hub's clock shows when it comes in: what was recorded of that day has happened by then, too. */
export const sampleReceivedAt = startAt + 24 * 3_600_000
/** The definitions of the centre, which are sent once in its life. */
const setUpMs = 1_000
const eventsMax = 400

export function createSample(): SourceSample {
  const centre = createCentre({ seed: 'bench', agents: 200, queues: 10, hours: 'always' })
  const simulation = openSimulation({
    ...{ centre, seed: 'bench', startAt, endAt, keepTruth: false },
    sources: sourceNames,
  })
  const routed: SimulatedEvent[] = []
  const said: SaidEvent[] = []
  for (const happening of simulation.happenings) {
    if (happening.at < startAt + setUpMs) continue
    if (isOfTaskRouter(happening)) routed.push(happening)
    else said.push(happening)
  }
  const some = spread(routed)
  return {
    centre,
    routed: some,
    custom: some.flatMap((event) => ledgerEvents(event, centre)).filter(mayBeCustom),
    of: <Source extends SaidEvent['source']>(source: Source) =>
      spread(said.filter((event): event is SaidOf<Source> => event.source === source)),
  }
}

/** Evenly over the time, so that calls begin, go on and end in it as they do in a day. */
function spread<T>(events: readonly T[]): readonly T[] {
  const step = Math.max(1, events.length / eventsMax)
  return events.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

function ledgerEvents(event: SimulatedEvent, centre: Centre): readonly LedgerEvent[] {
  const verdict = normaliseTaskRouter(toCallback(event, centre), sampleReceivedAt)
  if (verdict.kind !== 'understood') throw new Error(`${event.type} was not understood`)
  return verdict.events
}

function mayBeCustom({ type }: LedgerEvent): boolean {
  return !hubOnlyTypes.has(type)
}
