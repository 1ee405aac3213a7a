import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import { openRunner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { fillZoneOffsets } from '../../services/runner/zone-offsets.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import type { SourceName } from '../../services/simulator/model/sources.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import type { TestEngine } from './engine.ts'
import { anEvent } from './fold-all.ts'
import { ledgerEventsOf } from './simulated-ledger.ts'
import { eventful } from './simulated-day.ts'
import { caughtUp } from './table-rows.ts'

const at = (time: string) => Date.parse(`2025-11-02T${time}:00Z`)

/** A Sunday from midnight in New York, whose clocks go back at six: the hour from one to two is there twice. */
export const cookbookSpan = { from: at('04:00'), to: at('08:00') }

/** What the tables tell up to here was final then; what is told later of it is a restatement. */
const finalUntil = at('07:00')
const finalAt = at('12:00')
/** By this time everything has come, also what came late. */
const asOf = at('15:30')

const sources: readonly SourceName[] = ['taskrouter', 'conversations', 'voice', 'segment']

/** One contact in so many is told of only in the morning. */
const lateOneIn = 25

/**
 * The tables of a small made-up centre, always the same: what the cookbook's answers are answers about. Some of what happened
 * is told late, a source was silent for a while, and a mapping does not know every activity.
 */
export async function fillCookbook(engine: TestEngine): Promise<void> {
  const { warehouse, folder } = engine
  await migrate(warehouse)
  const clock = { ...systemClock, now: () => asOf }
  const logger = silentLogger
  const zones = ['America/New_York', 'UTC']
  await fillZoneOffsets({ warehouse, clock, logger, zones }).done
  const log = await openEmbeddedLog({ folder: `${folder}/log`, partitions: 4, clock })
  try {
    const runner = await openRunner({
      ...{ log, warehouse, clock, logger, stateFolder: `${folder}/state`, flushMs: 0 },
    })
    try {
      for (const events of cookbookParts()) {
        for (let from = 0; from < events.length; from += 500) {
          await appendEvents(log, events.slice(from, from + 500))
        }
        await caughtUp(log, runner)
      }
      await appendTick(log, asOf)
      await caughtUp(log, runner)
    } finally {
      await runner.close()
    }
  } finally {
    await log.close()
  }
}

/** What comes in time, what the hub says then, and what comes late. */
function cookbookParts(): readonly (readonly LedgerEvent[])[] {
  const centre = createCentre({ seed: 'cookbook', agents: 7, queues: 3, hours: 'always' })
  const { from: startAt, to: endAt } = cookbookSpan
  const simulation = openSimulation({
    ...{ centre, seed: 'cookbook', startAt, endAt, sources },
    behaviour: { ...eventful, deletedWorker: 0, deletedTask: 0 },
  })
  const heard = [...simulation.happenings].flatMap((one) => ledgerEventsOf(one, centre))
  // Each by the first of its roads.
  const told = [...new Map(heard.toReversed().map((event) => [event.id, event])).values()].reverse()
  const late = new Set(lateTasks(told))
  const isLate = ({ task }: LedgerEvent) => task !== null && late.has(task)
  return [
    [mappingOf(startAt), hubEvent({ type: 'clock.ticked', id: 'first', at: startAt })],
    told.filter((event) => !isLate(event)),
    [gap('open', at('07:05')), gap('filled', at('07:50')), ...finalised()],
    told.filter(isLate).map((event) => ({ ...event, receivedAt: at('15:00') })),
  ]
}

function lateTasks(events: readonly LedgerEvent[]): readonly string[] {
  const created = events.filter(({ type, at }) => type === 'task.created' && at < finalUntil)
  const tasks = [...new Set(created.flatMap(({ task }) => (task === null ? [] : [task])))]
  return tasks.filter((_, index) => index % lateOneIn === lateOneIn - 1)
}

function finalised(): readonly LedgerEvent[] {
  return intervalTables.map((table) =>
    hubEvent({
      ...{ type: 'interval.finalised', id: `final:${table}`, at: finalAt, table },
      ...{ since: cookbookSpan.from, until: finalUntil },
    }),
  )
}

function gap(status: 'open' | 'filled', noticedAt: number): LedgerEvent {
  return anEvent({
    ...{ type: 'source.gap', id: `gap:${status}`, source: 'twilio-voice', reason: 'silence' },
    ...{ at: noticedAt, status, gapFrom: at('06:40'), gapTo: at('07:05') },
  })
}

/** Nobody has told it of training and coaching. */
function mappingOf(from: number): LedgerEvent {
  const give = (code: string, cls: 'available' | 'signed_on' | 'signed_off') => ({
    code,
    class: cls,
  })
  const mapping = mappingFileSchema.parse({
    target: 'calabrio',
    rules: [
      { when: { phase: ['talk', 'hold'] }, give: give('TALK', 'signed_on') },
      { when: { phase: ['acw'] }, give: give('ACW', 'signed_on') },
      { when: { activity: ['Available'] }, give: give('READY', 'available') },
      { when: { activity: ['Break', 'Lunch'] }, give: give('BREAK', 'signed_on') },
      { when: { activity: ['Offline'] }, give: give('OUT', 'signed_off') },
    ],
  })
  return toMappingEvent({ mapping, version: 1, from, now: from })
}
