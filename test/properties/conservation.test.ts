import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import {
  arbitraryLog,
  cleanLog,
  instantIn,
  logEnd,
  logStart,
  withSilences,
} from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { foldAll, foldArriving, type PlainRow } from '../support/fold-all.ts'
import { expectLaws, expectRollUps } from '../support/laws.ts'
import { periodsOf, rolledUp } from '../support/roll-up.ts'
import { byName, nameOf } from '../support/row-names.ts'
import { shiftedEvents, shiftedRows } from '../support/shifted.ts'

const runs = { numRuns: 120 }

test('every law of conservation holds for any log, however broken', () => {
  const looked = arbitraryLog.chain((events) =>
    fc.tuple(fc.constant(events), instantIn(events, logEnd)),
  )
  fc.assert(
    fc.property(looked, ([events, asOf]) => {
      expectLaws(foldAll(events, asOf), asOf)
    }),
    runs,
  )
})

test('the laws hold for whatever rows add up to: half hours, hours, days, all queues', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.integer({ min: logStart, max: logEnd }), (events, asOf) => {
      expectRollUps(foldAll(events, asOf), asOf)
    }),
    { numRuns: 15 },
  )
})

test('neither the order nor the repetition of events changes a row', () => {
  const log = arbitraryLog.chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
    ),
  )
  fc.assert(
    fc.property(log, ([events, arrived]) => {
      const missing = events.filter((event) => !arrived.includes(event))
      expect(byName(foldAll([...arrived, ...missing], logEnd))).toEqual(
        byName(foldAll(events, logEnd)),
      )
    }),
    runs,
  )
})

test('what was derived before all was known changes no row', () => {
  const told = arbitraryLog.chain(withSilences).chain(withAttributes)
  const arrivals = fc.tuple(told, fc.option(arbitraryMappings)).chain(([log, mappings]) => {
    const events = [...log, ...(mappings ?? [])]
    return fc.tuple(
      fc.shuffledSubarray(events, { minLength: events.length }),
      fc.array(fc.nat({ max: Math.max(1, events.length) }), { maxLength: 4 }),
    )
  })
  fc.assert(
    fc.property(arrivals, ([events, cuts]) => {
      const borders = [0, ...[...cuts].sort((a, b) => a - b), events.length]
      const parts = borders.map((border, n) => events.slice(border, borders[n + 1]))
      expect(byName(foldArriving(parts, logEnd))).toEqual(byName(foldAll(events, logEnd)))
    }),
    runs,
  )
})

test('a log shifted by whole intervals makes the same rows, shifted in every table', () => {
  fc.assert(
    fc.property(arbitraryLog, fc.integer({ min: -400, max: 400 }), (events, intervals) => {
      const byMs = intervals * quarterHourMs
      expect(byName(foldAll(shiftedEvents(events, byMs), logEnd + byMs))).toEqual(
        byName(shiftedRows(foldAll(events, logEnd), byMs)),
      )
    }),
    { numRuns: 60 },
  )
})

/** L19 is of logs of which nothing is lost, late or askew. */
test('what is closed is closed: later events change nothing but cohorts', () => {
  const instants = fc
    .tuple(moment, moment)
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(cleanLog, instants, (events, [early, late]) => {
      for (const table of closedTables) {
        const closed = (asOf: number) =>
          (foldAll(events, asOf).get(table) ?? [])
            .filter((row) => Number(row['interval_start']) + quarterHourMs <= early)
            .flatMap((row) => withoutCohorts(row))
            .sort()
        expect(closed(late)).toEqual(closed(early))
      }
    }),
    { numRuns: 60 },
  )
})

test('an event changes only rows that its task, its worker or its conversation touches', () => {
  const logs = arbitraryLog.filter(({ length }) => length > 0)
  fc.assert(
    fc.property(logs, fc.nat(), (all, chance) => {
      const last = all[chance % all.length]
      if (last === undefined) return
      const before = all.filter((event) => event !== last)
      const own = touchedBy(last, all)
      const rows = (events: readonly LedgerEvent[]) => {
        const named = new Map<string, string>()
        const found = foldAll(events, logEnd)
        for (const table of metricTables) {
          for (const row of found.get(table) ?? []) named.set(keyOf(table, row), nameOf(row))
        }
        return named
      }
      const [without, withIt] = [rows(before), rows(all)]
      const keysOf = (events: readonly LedgerEvent[]) => [
        ...rows(events).keys(),
        ...rows(events.filter((one) => one !== last)).keys(),
      ]
      // What it changes of an agent's time depends on his other work, of which also its task tells.
      const ofAgents = keysOf(withWork(own, all)).filter((key) => isOfAgents(key, own))
      const touched = new Set([...keysOf(own), ...ofAgents])
      for (const key of new Set([...without.keys(), ...withIt.keys()])) {
        if (!touched.has(key)) expect(withIt.get(key), key).toBe(without.get(key))
      }
    }),
    { numRuns: 60 },
  )
})

/** When clocks change in these zones, if they do, and of how many base intervals the days around it are. */
const zones = [
  ['Pacific/Auckland', '2026-04-04T14:00Z', [96, 100]],
  ['America/New_York', '2026-03-08T07:00Z', [92, 96]],
  ['Asia/Kathmandu', '2026-03-08T07:00Z', [96]],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z', [94, 96]],
  ['Europe/Dublin', '2026-10-25T01:00Z', [96, 100]],
] as const

test.each(zones)('in %s around %s sums are the same in every grain', (zone, change, sizes) => {
  const byMs = Date.parse(change) - (logStart + logEnd) / 2
  fc.assert(
    fc.property(arbitraryLog, (log) => {
      const found = foldAll(shiftedEvents(log, byMs), logEnd + byMs)
      for (const table of intervalTables) {
        const rows = found.get(table) ?? []
        const totals = ([15, 30, 60, 'day'] as const).map((grain) => {
          const periods = periodsOf(rows, zone, grain)
          if (grain === 'day') {
            for (const { bases } of periods) expect(sizes).toContain(bases.length)
          }
          return sumsOf(
            table,
            periods.map((period) => rolledUp(table, period, logEnd + byMs)),
          )
        })
        expect(totals).toEqual(totals.map(() => sumsOf(table, rows)))
      }
    }),
    { numRuns: 15 },
  )
})

const intervalTables = [
  'queue_intervals',
  'agent_queue_intervals',
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
] as const

/** A conversation's rows are of no queue until its queue is known, and then are restated (U25). */
const closedTables = intervalTables.filter((table) => table !== 'conversation_intervals')

const metricTables = [
  ...intervalTables,
  'contacts',
  'queue_visits',
  'segments',
  'agent_states',
] as const

const moment = fc.integer({ min: logStart, max: logEnd })

/** A row without its cohorts; none if nothing else is in it. */
function withoutCohorts(row: PlainRow): readonly string[] {
  const rest = Object.entries(row).filter(([name]) => !name.startsWith('cohort_'))
  const isEmpty = rest.every(
    ([name, value]) => (!name.endsWith('_ms') && !name.endsWith('_count')) || value === 0,
  )
  return isEmpty ? [] : [nameOf(Object.fromEntries(rest))]
}

function keyOf(table: (typeof metricTables)[number], row: PlainRow): string {
  return JSON.stringify([table, ...tables[table].key.map((column) => row[column])])
}

/**
 * The events of the tasks, workers and conversations that an event is about: of its own task, or of all that its worker or
 * its conversation had to do with, and of those that have one of these in common with it by a conversation or a reservation.
 */
function touchedBy(event: LedgerEvent, all: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const isLinked = (a: string | null, b: string | null) => a !== null && a === b
  const conversationsOf = (task: string | null) =>
    all.filter((one) => isLinked(one.task, task)).flatMap((one) => one.conversation ?? [])
  const conferencesOf = (task: string | null) =>
    all.filter((one) => isLinked(one.task, task)).flatMap((one) => one.conference ?? [])
  const worker = event.reservation === null ? event.worker : null
  const tasks = new Set(
    all
      .filter(
        (one) =>
          isLinked(one.task, event.task) ||
          isLinked(one.worker, worker) ||
          isLinked(one.conference, event.conference),
      )
      .flatMap((one) => one.task ?? []),
  )
  const conversations = new Set([
    ...(event.conversation === null ? [] : [event.conversation]),
    ...[...tasks].flatMap(conversationsOf),
  ])
  for (const one of all) {
    if (one.task !== null && one.conversation !== null && conversations.has(one.conversation))
      tasks.add(one.task)
  }
  const conferences = new Set([...tasks].flatMap(conferencesOf))
  const workers = new Set([
    ...(event.worker === null ? [] : [event.worker]),
    ...all
      .filter((one) => one.task !== null && tasks.has(one.task))
      .flatMap((one) => one.worker ?? []),
  ])
  return all.filter(
    (one) =>
      one === event ||
      (one.task !== null && tasks.has(one.task)) ||
      (one.worker !== null && workers.has(one.worker)) ||
      (one.conversation !== null && conversations.has(one.conversation)) ||
      (one.conference !== null && conferences.has(one.conference)),
  )
}

/** With all that is told of the tasks that their workers had to do with. */
function withWork(
  events: readonly LedgerEvent[],
  all: readonly LedgerEvent[],
): readonly LedgerEvent[] {
  const work = events.filter(({ worker }) => worker !== null)
  const told = new Set([...events, ...work.flatMap((event) => touchedBy(event, all))])
  return all.filter((event) => told.has(event))
}

/** Whether a row is of one of the events' workers, by its key. */
function isOfAgents(key: string, events: readonly LedgerEvent[]): boolean {
  if (!key.startsWith('["agent_')) return false
  return events.some(({ worker }) => worker !== null && key.includes(JSON.stringify(worker)))
}

/** Each column that adds up, over all rows. */
function sumsOf(
  table: (typeof intervalTables)[number],
  rows: readonly PlainRow[],
): Record<string, number> {
  const columns = intervalMetrics[table].filter(({ rollUp }) => rollUp === 'sum')
  return Object.fromEntries(
    columns.map(({ name }) => [
      name,
      rows.reduce((total, row) => total + Number(row[name] ?? 0), 0),
    ]),
  )
}
