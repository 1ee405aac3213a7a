import { openEmbeddedLog } from '../services/log/embedded.ts'
import type { LedgerEvent } from '../schemas/events/ledger-event.ts'
import { normaliseTaskRouter } from '../services/ingest/sources/twilio-taskrouter.ts'
import { appendEvents } from '../services/runner/shard-runner.ts'
import { appendTick, tickMs } from '../services/runner/ticker.ts'
import { createCentre } from '../services/simulator/model/create-centre.ts'
import type { Centre } from '../services/simulator/model/centre.ts'
import type { SimulatedEvent } from '../services/simulator/model/event.ts'
import { openSimulation } from '../services/simulator/model/simulation.ts'
import { toCallback } from '../services/simulator/wire/callback.ts'

/** A Tuesday, from midnight in New York. */
const startAt = Date.UTC(2026, 2, 10, 4)
const dayMs = 24 * 3_600_000
const receivedAfterMs = 200

/** Fills a new log with a day of a centre, as a hub would have: events, and a tick each minute. Answers how many events. */
export async function fillLedger(folder: string, agents: number): Promise<number> {
  const centre = createCentre({ seed: 'bench', agents, queues: 10 })
  const endAt = startAt + dayMs
  const simulation = openSimulation({ centre, seed: 'bench', startAt, endAt, keepTruth: false })
  const log = await openEmbeddedLog({ folder })
  let eventsCount = 0
  let tick = startAt
  let minute: LedgerEvent[] = []
  async function endMinute(): Promise<void> {
    await appendEvents(log, minute)
    eventsCount += minute.length
    minute = []
    tick += tickMs
    await appendTick(log, tick)
  }
  try {
    for (const event of simulation.events) {
      while (event.at >= tick + tickMs) await endMinute()
      minute.push(...ledgerEvents(event, centre))
    }
    while (tick < endAt) await endMinute()
    return eventsCount
  } finally {
    await log.close()
  }
}

function ledgerEvents(event: SimulatedEvent, centre: Centre): readonly LedgerEvent[] {
  const verdict = normaliseTaskRouter(toCallback(event, centre), event.at + receivedAfterMs)
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}
