import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { AdherenceAnswer, AdherenceToday } from '../../schemas/feeds/adherence.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { expectedOut, expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import type { Row } from '../../services/warehouse/warehouse.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { tickAt } from '../support/sharded-run.ts'
import { dayStartsAt, eventful, simulateDay } from '../support/simulated-day.ts'
import { ledgerEvents } from '../support/simulated-ledger.ts'
import { adherenceDefinitions, plannedTruth, plannerEvent } from '../support/simulated-planner.ts'
import { nameRows, tableRows } from '../support/table-rows.ts'

const hourMs = 3_600_000

// Agents who follow imperfect plans: what is told of this second, what the tables hold, and what the simulator did.

const day = simulateDay({
  ...{ seed: 'adherence', agents: 12, queues: 4, hours: 14, behaviour: eventful, isPlanned: true },
})
const { simulation, events, plans } = day
const { centre } = simulation.options
const parameters = plannedTruth(centre)
let now = dayStartsAt
const clock = { ...systemClock, now: () => now }

/** What the ledger holds, in the order of time. */
const told: readonly LedgerEvent[] = [
  adherenceDefinitions(centre, dayStartsAt),
  ...events.flatMap((event) => ledgerEvents(event, centre)),
  ...plans.map((record) => plannerEvent(record, centre)),
].sort((a, b) => a.at - b.at)

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables({ clock })
})
afterAll(() => hub.close())

/** Lets the day go on to an instant; all that has happened by then is in the tables. */
async function goOnTo(at: Instant): Promise<void> {
  const due = told.filter((event) => event.at >= now && event.at < at)
  now = at
  await hub.tell([...due, tickAt(at)])
  await hub.shown()
}

/** The day's sums of the table, by agent. */
async function sumsOfToday(): Promise<ReadonlyMap<string, Row>> {
  const columns = Object.values(columnOf).map((name) => `toInt64(sum(${name})) AS ${name}`)
  const rows = await hub.warehouse.query<Row & { agent: string }>(
    `SELECT agent, ${columns.join(', ')} FROM adherence_intervals FINAL GROUP BY agent`,
  )
  return new Map(rows.map((row) => [row.agent, row]))
}

const columnOf = {
  ...{ scheduledMs: 'scheduled_ms', adherentMs: 'adherent_ms', nonadherentMs: 'nonadherent_ms' },
  ...{ gracedMs: 'graced_ms', excusedMs: 'excused_ms', excludedMs: 'excluded_ms' },
  ...{ unscheduledWorkMs: 'unscheduled_work_ms', unknownMs: 'unknown_ms' },
  ...{ confScheduledMs: 'conf_scheduled_ms', confActualMs: 'conf_actual_ms' },
} satisfies Readonly<Partial<Record<keyof AdherenceToday, string>>>

test.each([8.5, 10.25 + 17 / 3600, 11, 12.75, 13.9])(
  '%d hours into the day this second, the table and the simulator agree to the millisecond',
  async (hours) => {
    await goOnTo(dayStartsAt + Math.round(hours * hourMs))
    const answer = await hub.app.inject({ url: '/v1/adherence?zone=America/New_York' })
    const { agents } = answer.json<AdherenceAnswer>()
    expect(agents.length).toBeGreaterThan(3)
    const sums = await sumsOfToday()
    for (const { agent, today } of agents) {
      const row = sums.get(agent)
      const stored = Object.entries(columnOf).map(([name, column]) => [
        name,
        Number(row?.[column] ?? 0),
      ])
      expect(today, agent).toMatchObject(Object.fromEntries(stored))
    }
    expect(agents.map(({ agent }) => agent)).toEqual([...sums.keys()].sort())
    expect(
      new Map(
        agents.flatMap(({ agent, outSince }) => (outSince === null ? [] : [[agent, outSince]])),
      ),
    ).toEqual(expectedOut(simulation.chronicle, now, parameters))
    const truth = expectedRows(simulation.chronicle, now, { parameters }).adherence_intervals
    expect(
      nameRows(await tableRows(hub.warehouse, 'adherence_intervals'), ['workspace', 'shard']),
    ).toEqual(
      nameRows(
        truth.map((row) => ({ ...row })),
        ['workspace'],
      ),
    )
  },
)

test('at one of these instants somebody was out', () => {
  const instants = [8.5, 11, 12.75, 13.9].map((hours) => dayStartsAt + hours * hourMs)
  const out = instants.map((at) => expectedOut(simulation.chronicle, at, parameters).size)
  expect(Math.max(...out)).toBeGreaterThan(0)
})
