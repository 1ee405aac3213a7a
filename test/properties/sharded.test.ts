import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { arbitraryAdherence } from '../support/arbitrary-adherence.ts'
import { arbitraryLog, logStart } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { anEvent, foldAll } from '../support/fold-all.ts'
import { aPlan } from '../support/plan-events.ts'
import { byName } from '../support/row-names.ts'
import { arbitraryCourse, keepingUp, runSharded, tickAt } from '../support/sharded-run.ts'

const hourMs = 3_600_000

const day = { from: logStart, to: logStart + 24 * hourMs }
const inOrder = { partitions: 1, steps: [], stopsAtEnd: false }

/** What a shard must be told, and may be told late: it changes rows that were made before. */
const told = fc.record({
  slThresholdMs: fc.option(fc.constantFrom(0, 5_000, 60_000)),
  intervalMinutes: fc.constantFrom(15, 15, 30),
  definedAt: fc.nat({ max: 8 }).map((hours) => logStart + hours * hourMs),
  available: fc.array(fc.constantFrom('Break', 'Meeting'), { maxLength: 1 }),
  adherence: arbitraryAdherence,
})

const arrivals = fc
  .tuple(arbitraryLog.chain(withAttributes), told, fc.option(arbitraryMappings))
  .chain(([log, { slThresholdMs, intervalMinutes, definedAt, available, adherence }, mappings]) => {
    const own = { slThresholdMs: slThresholdMs ?? 0, shortAbandonMs: 0, intervalMinutes, adherence }
    const definitions = slThresholdMs === null ? [] : [definitionsAt(definedAt, own)]
    const activities = available.map((activity) =>
      anEvent({
        type: 'activity.created',
        id: `AC${activity}`,
        activity,
        activityAvailable: true,
        at: logStart,
      }),
    )
    const events = [...log, ...definitions, ...activities, ...(mappings ?? [])]
    const asOf = Math.max(...events.map(({ at }) => at)) + hourMs
    const ticks = fc
      .array(fc.integer({ min: logStart, max: asOf }), { maxLength: 6 })
      .map((instants) => instants.map(tickAt))
    return fc.record({
      events: fc.constant(events),
      asOf: fc.constant(asOf),
      arrived: ticks.chain((those) =>
        fc.shuffledSubarray([...events, ...events, ...those], { minLength: events.length }),
      ),
    })
  })

test('neither shards, batches, restarts and crashes, nor order and repetition, change a row', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, arbitraryCourse, async ({ events, asOf, arrived }, course) => {
      const all = [...arrived, ...events.filter((event) => !arrived.includes(event))]
      const rows = await runSharded(all, asOf, course)
      expect(byName(rows)).toEqual(byName(foldAll(events, asOf)))
    }),
    { numRuns: 20 },
  )
})

/** As life has it: nearly in order, the clock ticking on, so that windows move while work goes on in them. */
const inPassing = fc
  .tuple(
    fc.tuple(arbitraryLog.chain(withAttributes), fc.option(arbitraryMappings)),
    fc.constantFrom(1, 6),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 5 * hourMs })), { maxLength: 6 }),
  )
  .map(([[log, mappings], slowness, lates]) => {
    const events = [...log, ...(mappings ?? [])].map((event) => slowed(event, slowness))
    const late = new Map(lates.map(([n, byMs]) => [n % events.length, byMs]))
    const dues = events.map((event, n) => ({ event, due: event.at + (late.get(n) ?? 0) }))
    const asOf = Math.max(...dues.map(({ due }) => due)) + hourMs
    const ticks: typeof dues = []
    for (let at = logStart; at < asOf; at += hourMs) ticks.push({ event: tickAt(at), due: at })
    const arrived = [...dues, ...ticks].sort((a, b) => a.due - b.due).map(({ event }) => event)
    return { events, asOf, arrived }
  })

/** Everything takes so many times as long. */
function slowed(event: LedgerEvent, times: number): LedgerEvent {
  const { at, timeInPreviousActivityMs: before } = event
  const timeInPreviousActivityMs = before === null ? null : before * times
  return { ...event, at: logStart + (at - logStart) * times, timeInPreviousActivityMs }
}

test('windows that move on while work goes on in them change no row', async () => {
  await fc.assert(
    fc.asyncProperty(inPassing, async ({ events, asOf, arrived }) => {
      const rows = await runSharded(arrived, asOf, keepingUp(arrived.length))
      expect(byName(rows)).toEqual(byName(foldAll(events, asOf)))
    }),
    { numRuns: 20 },
  )
})

const midnight = logStart + 4 * hourMs

test.each([
  ['is found', []],
  ['is taken back by one of before it that tells nothing', [change(0.5, 'Meeting')]],
])('what a late first update tells of the day before %s', async (_, news) => {
  const arrived = [
    ...[offer('created', midnight - 2 * hourMs), offer('rescinded', midnight - hourMs)],
    ...[change(5, 'Break'), change(9, 'Available'), tickAt(midnight + 9 * hourMs)],
    change(1, 'Meeting', { previousActivity: 'Available', timeInPreviousActivityMs: 3 * hourMs }),
    ...[change(10, 'Break'), tickAt(midnight + 11 * hourMs), ...news],
  ]
  const asOf = midnight + 13 * hourMs
  const rows = await runSharded(arrived, asOf, keepingUp(arrived.length))
  const events = arrived.filter(({ type }) => type !== 'clock.ticked')
  expect(byName(rows)).toEqual(byName(foldAll(events, asOf)))
})

test('an idle agent whose activity counts as work goes on being counted where nothing is planned', async () => {
  const adherence = { target: 'calabrio' }
  const away = { type: 'worker.activity.update', worker: 'ann', activity: 'Offline' }
  const arrived = [
    anEvent({ ...away, id: 'EV1', at: logStart }),
    definitionsAt(logStart, { adherence }),
    tickAt(logStart + hourMs),
    mappingFrom(logStart + hourMs, { target: 'calabrio' }),
    aPlan({ id: 'PL1', worker: 'ann', at: logStart - hourMs, ...day, segments: [] }),
  ]
  const rows = await runSharded(arrived, logStart + 2 * hourMs, inOrder)
  const worked = rows.get('adherence_intervals')?.map((row) => row['unscheduled_work_ms'])
  expect(worked).toEqual([900_000, 900_000, 900_000, 900_000])
})

function definitionsAt(at: number, of: Record<string, unknown>): LedgerEvent {
  return anEvent({ type: 'definitions.set', id: `DE${at}`, attributes: JSON.stringify(of), at })
}

function mappingFrom(from: number, file: object): LedgerEvent {
  const mapping = mappingFileSchema.parse({ rules: [], ...file })
  return toMappingEvent({ mapping, version: 1, from, now: from })
}

/** What an agent is from so many hours after midnight on. */
function change(hours: number, activity: string, more: Record<string, unknown> = {}): LedgerEvent {
  const own = { type: 'worker.activity.update', id: `EV${hours}`, worker: 'ann', activity }
  return anEvent({ ...own, at: midnight + hours * hourMs, ...more })
}

function offer(step: string, at: number): LedgerEvent {
  return anEvent({
    ...{ type: `reservation.${step}`, id: `R${step}`, task: 'T1', reservation: 'R1', at },
    ...{ worker: 'ann', queue: 'billing', channel: 'voice', direction: 'inbound' },
  })
}
