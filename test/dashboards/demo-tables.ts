import { encodeEvent } from '../../schemas/avro/codec.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { toForecastEvents } from '../../services/definitions/forecast-events.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import type { NewRecord } from '../../services/log/log.ts'
import { placementsOf, type Topic } from '../../services/log/topics.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import { sourceNames } from '../../services/simulator/model/sources.ts'
import { answeredContact } from '../support/answered-contact.ts'
import { anEvent } from '../support/fold-all.ts'
import { aPlan, anException } from '../support/plan-events.ts'
import type { TestEngine } from '../support/engine.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { ledgerEventsOf } from '../support/simulated-ledger.ts'

/** A Tuesday noon in New York, and the end of all that has happened. */
export const now: Instant = Date.UTC(2026, 2, 10, 16)

const hourMs = 3_600_000
const quarterMs = hourMs / 4
const weekMs = 7 * 24 * hourMs

/** More comes than can be answered at once, so that somebody always waits. */
const centre = createCentre({ seed: 'boards', agents: 6, queues: 3, hours: 'always', load: 1.6 })

/** What all sources say of hours that end now, and of one of the same weekday before. */
function simulated(): readonly LedgerEvent[] {
  return [
    { from: now - weekMs - hourMs, to: now - weekMs - hourMs / 2 },
    { from: now - 1.25 * hourMs, to: now },
  ].flatMap(({ from, to }) => {
    const { happenings } = openSimulation({
      ...{ centre, seed: `boards ${from}`, startAt: from, endAt: to, sources: sourceNames },
      behaviour: { hold: 0.7, contained: 0.35, ringOut: 0.08, insights: 0.6 },
    })
    return (
      [...happenings]
        // The week before goes to its end; today it is noon, and much is still going on.
        .filter(({ at }) => at <= now)
        .flatMap((happening) => ledgerEventsOf(happening, centre))
    )
  })
}

/** A mapping that leaves out what agents do all day, so that something is unmapped. */
const mapping = toMappingEvent({
  mapping: mappingFileSchema.parse({
    target: 'calabrio',
    rules: [
      { when: { activity: ['Available'] }, give: { code: 'READY', class: 'available' } },
      { when: { activity: ['Offline'] }, give: { code: 'OUT', class: 'signed_off' } },
      { when: { phase: ['talk'] }, give: { code: 'CALL', class: 'signed_on' } },
    ],
  }),
  ...{ version: 1, from: now - weekMs - 3 * hourMs, now: now - weekMs - 3 * hourMs },
})

/** By what adherence is measured. */
const definitions = hubEvent({
  ...{ type: 'definitions.set', id: 'definitions', at: now - weekMs - 3 * hourMs },
  attributes: JSON.stringify({
    adherence: {
      activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK', Lunch: 'LUNCH' },
      ...{ productiveCodes: ['ON_QUEUE'], unpaidCodes: ['LUNCH'], graceMs: 120_000 },
    },
  }),
})

/** All were to work from an hour ago and are to rest since twenty minutes; one is excused from a quarter of an hour of it. */
const planned: readonly LedgerEvent[] = centre.agents.flatMap(({ sid: worker }, n) => {
  const [from, work, rest, to] = [now - 2 * hourMs, now - hourMs, now - hourMs / 3, now + hourMs]
  const read = { worker, from, to, at: now - 3 * hourMs }
  const segments = [
    { from: work, to: rest, code: 'ON_QUEUE', name: 'On queue' },
    { from: rest, to, code: 'BREAK' },
  ]
  const excused = { from: rest, to: rest + quarterMs, kind: 'excuse', reason: 'dentist' } as const
  return [
    aPlan({ ...read, id: `plan:${worker}`, segments }),
    ...(n > 0 ? [] : [anException({ id: 'dentist', worker, at: now - 60_000, ...excused })]),
  ]
})

/** What was forecast of each queue, by the half hour. */
const expected: readonly LedgerEvent[] = centre.queues.flatMap(({ sid: queue }) => {
  const span = { from: now - 2 * hourMs, to: now + hourMs }
  return toForecastEvents({
    ...{ queue, channel: '', skill: '', workspace: centre.workspaceSid, span },
    intervals: Array.from({ length: 6 }, (_, n) => span.from + n * 2 * quarterMs).map((from) => ({
      ...{ from, to: from + 2 * quarterMs, offered: 12.5, ahtMs: 240_000, staff: 3 },
    })),
    ...{ readAt: now - 3 * hourMs, now: now - 3 * hourMs },
  })
})

/** Said of the ledger by the hub: time that passes, what is final and delivered, and what a source has lost. */
const said: readonly LedgerEvent[] = [
  ...Array.from({ length: 13 }, (_, n) => now - 3 * hourMs + n * quarterMs).map((at) =>
    hubEvent({ type: 'clock.ticked', id: `tick:${at}`, at }),
  ),
  ...intervalTables.flatMap((table) => {
    const [since, until] = [now - 3 * hourMs, now - 2 * hourMs]
    const about = { at: now - hourMs, table, since, until }
    return [
      hubEvent({ type: 'interval.finalised', id: `final:${table}`, ...about }),
      hubEvent({ type: 'export.delivered', id: `out:${table}`, label: 'calabrio', ...about }),
    ]
  }),
  ...(
    [
      ['twilio-voice', now - 40 * 60_000, now - 10 * 60_000, 'open'],
      ['twilio-conversations', now - 100 * 60_000, now - 80 * 60_000, 'filled'],
    ] as const
  ).map(([source, gapFrom, gapTo, status]) =>
    anEvent({
      ...{ type: 'source.gap', id: `gap:${source}`, reason: 'silence' },
      ...{ source, gapFrom, gapTo, status, at: now - 5 * 60_000 },
    }),
  ),
]

/** Calls of an hour that is final, of which the hub hears only now; that one of them was created it never hears. */
const late = ['WTlate1', 'WTlate2'].flatMap((task, n) =>
  answeredContact(task, now - 2.5 * hourMs + n * 600_000)
    .filter(({ type }) => n === 0 || type !== 'task.created')
    .map((event) => ({ ...event, receivedAt: now - n * 1000 })),
)

/** A hub whose tables hold a morning of all channels, with all that can be wrong. */
export async function openDemoTables(engine?: TestEngine): Promise<HubWithTables> {
  const hub = await openHubWithTables({
    clock: { ...systemClock, now: () => now },
    ...(engine === undefined ? {} : { engine }),
  })
  await appendTogether(hub, [
    definitions,
    mapping,
    ...simulated(),
    ...planned,
    ...expected,
    ...said,
  ])
  await hub.inStep()
  await hub.tell(late)
  return hub
}

/** In a few large batches: one by one each would wait for the disk. */
async function appendTogether(hub: HubWithTables, events: readonly LedgerEvent[]): Promise<void> {
  const byTopic = new Map<Topic, NewRecord[]>()
  for (const event of events) {
    const value = encodeEvent(event)
    for (const { topic, key, everywhere } of placementsOf(event)) {
      const records = byTopic.get(topic) ?? []
      byTopic.set(topic, records)
      const places = everywhere
        ? Array.from({ length: hub.log.partitions(topic) }, (_, partition) => ({ partition }))
        : [{}]
      for (const place of places) records.push({ key: everywhere ? '' : key, value, ...place })
    }
  }
  for (const [topic, records] of byTopic) {
    for (let at = 0; at < records.length; at += 500) {
      await hub.log.append(topic, records.slice(at, at + 500))
    }
  }
}
