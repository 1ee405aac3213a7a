import { describe, expect, test } from 'vitest'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { sourceNames } from '../../services/simulator/model/sources.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import { expectedJourneys } from '../../services/simulator/truth/journeys.ts'
import { foldAll } from '../support/fold-all.ts'
import { intervalsOfMinutes } from '../support/hourly.ts'
import { expectLaws } from '../support/laws.ts'
import { eventful, simulateDay } from '../support/simulated-day.ts'
import { ledgerEventsOf } from '../support/simulated-ledger.ts'
import { plannedTruth, plannerEvent, simulatedAdherence } from '../support/simulated-planner.ts'
import { nameRows } from '../support/table-rows.ts'

const size = { agents: 24, queues: 10 }

/** Two answers to one day: the folds', from the webhooks, and the simulator's own, from what it did. */
describe.each([
  { name: 'an ordinary day', day: { seed: 'ordinary' } },
  {
    name: 'a day on which everything rare happens',
    day: { seed: 'eventful', behaviour: eventful },
  },
  {
    name: 'a morning that is still going on',
    day: { seed: 'morning', hours: 11, behaviour: eventful },
  },
  {
    name: 'a day of which all sources tell',
    day: { seed: 'told by all', sources: sourceNames },
  },
  {
    name: 'a morning of which all sources tell, with everything that is rare',
    day: { seed: 'told', hours: 12, behaviour: eventful, sources: sourceNames },
  },
  {
    name: 'a morning in intervals of five minutes',
    day: { seed: 'short', hours: 10, behaviour: eventful },
    minutes: 5 as const,
  },
  {
    name: 'a morning in intervals of half an hour',
    day: { seed: 'long', hours: 10, behaviour: eventful },
    minutes: 30 as const,
  },
])('$name', ({ day, minutes = 15 as const }) => {
  const { simulation, happenings, plans } = simulateDay({ ...size, ...day, isPlanned: true })
  const knowledge = intervalsOfMinutes(minutes, { adherence: simulatedAdherence })
  const { intervalMs } = knowledge
  const centre = createCentre({ ...size, seed: day.seed })
  const last = happenings.at(-1)?.at ?? 0
  const asOf = last + 3_600_000
  const rows = foldAll(
    [
      ...happenings.flatMap((happening) => ledgerEventsOf(happening, centre)),
      ...plans.map((record) => plannerEvent(record, centre)),
    ],
    asOf,
    knowledge,
  )
  const truth: Readonly<Record<string, readonly object[]>> = {
    ...expectedRows(simulation.chronicle, asOf, {
      parameters: { ...plannedTruth(centre), intervalMs },
    }),
  }

  test.each(Object.keys(intervalMetrics))('%s has exactly the rows of the simulator', (table) => {
    const expected = (truth[table] ?? []).map((row) => ({ ...row }))
    expect(nameRows(rows.get(table) ?? [], ['workspace'])).toEqual(
      nameRows(expected, ['workspace']),
    )
  })

  test('the laws of conservation hold', () => {
    expectLaws(rows, asOf, intervalMs)
  })

  test('who is one customer is the same for both, as far as it was told', () => {
    const people = new Map<string, string[]>()
    for (const { identity, customer, is_current: isCurrent } of rows.get('customers') ?? []) {
      if (isCurrent !== true) continue
      people.set(String(customer), [...(people.get(String(customer)) ?? []), String(identity)])
    }
    const found = [...people.values()].map((names) => names.sort().join(' ')).sort()
    if (!('sources' in day)) return
    const journeys = expectedJourneys(simulation.chronicle, asOf)
    expect(found.length).toBeGreaterThan(100)
    expect(found).toEqual(journeys.map(({ identities }) => identities.join(' ')).sort())
  })

  test('agents keep to their plans, and do not, in every way', () => {
    const total = (column: string): number =>
      (rows.get('adherence_intervals') ?? []).reduce(
        (sum, row) => sum + Number(row[column] ?? 0),
        0,
      )
    const columns = intervalMetrics.adherence_intervals.map(({ name }) => name)
    // Nothing is missing in these days.
    const never = new Set(['unknown_ms', 'known_unknown_ms'])
    for (const column of columns) {
      if (never.has(column)) expect(total(column), column).toBe(0)
      else if (!('hours' in day)) expect(total(column), column).toBeGreaterThan(0)
    }
    expect(total('nonadherent_ms')).not.toBe(total('known_nonadherent_ms'))
  })

  test('what all sources tell is there to be compared', () => {
    if (!('sources' in day)) return
    const total = (table: string, column: string): number =>
      (rows.get(table) ?? []).reduce((sum, row) => sum + Number(row[column] ?? 0), 0)
    expect(total('queue_intervals', 'hold_started_count')).toBeGreaterThan(50)
    expect(total('agent_intervals', 'state_hold_ms')).toBeGreaterThan(1_000_000)
    expect(total('conversation_intervals', 'conversations_contained_count')).toBeGreaterThan(20)
    expect(total('conversation_intervals', 'agent_response_count')).toBeGreaterThan(500)
    const held = simulation.chronicle.tasks.filter(({ customerHolds }) => customerHolds.length > 0)
    expect(held.length).toBeGreaterThan(30)
  })
})
