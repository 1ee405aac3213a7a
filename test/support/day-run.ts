import { expect } from 'vitest'
import { createOperationsClient } from '../../client/operations.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { startPlannerPosts } from '../../services/cli/planner-posts.ts'
import { openHub, type Hub } from '../../services/main.ts'
import { readConfig } from '../../services/runtime/config.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import type { Disorder } from '../../services/simulator/delivery/disorder.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import { simulate } from '../../services/simulator/simulator.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import { createCappedClock } from './capped-clock.ts'
import { plannedTruth, simulatedAdherence } from './simulated-planner.ts'
import { nameRows, rowTables, isShared, summedOverShards, tableRows } from './table-rows.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const startAt = Date.UTC(2026, 2, 10, 4)
const endAt = startAt + dayMs
const asOf = endAt + 26 * hourMs
const authToken = 'a-token-of-this-test'
export const daySeed = 'a whole day'

/**
 * A simulated day through the doors of two hubs, once in order and once in disorder: the tables are the same, they are what
 * the simulator says, and they follow from the ledger and from the facts.
 */
export async function dayRun(centre: Centre, folder: string): Promise<void> {
  const inOrder = await liveThrough(centre, `${folder}/in-order`, {}, false)
  const disorder = {
    duplicates: 0.05,
    shuffleWithinMs: hourMs,
    lateShare: 0.01,
    lateByMs: 24 * hourMs,
  }
  const disordered = await liveThrough(centre, `${folder}/disordered`, disorder, true)
  for (const table of Object.keys(inOrder.rows)) {
    expect(disordered.rows[table], table).toEqual(inOrder.rows[table])
  }
  const truth: Readonly<Record<string, readonly object[]>> = {
    ...expectedRows(inOrder.simulation.chronicle, asOf, { parameters: plannedTruth(centre) }),
  }
  for (const table of intervalTables) {
    const expected = (truth[table] ?? []).map((row) => ({ ...row }))
    // TaskRouter alone tells of no conversation.
    if (table !== 'conversation_intervals') expect(expected.length, table).toBeGreaterThan(100)
    expect(disordered.rows[table], table).toEqual(nameRows(expected, ['workspace']))
  }
  expect(disordered.differences).toEqual([])
}

/** The day, thousands of times as fast as it took, through the doors of a hub of its own; then what its tables hold. */
async function liveThrough(
  centre: Centre,
  folder: string,
  disorder: Partial<Disorder>,
  isVerified: boolean,
) {
  const clock = createCappedClock(startAt, asOf, 4_800)
  const config = readConfig({
    LEDGERLINE_DATA_DIR: folder,
    LEDGERLINE_PORT: '0',
    LEDGERLINE_ENGINE_PORT: '0',
    // Longer than the run: whether the hub looks meanwhile depends on how quick it is, and what is final is in its tables.
    LEDGERLINE_LATENESS_MINUTES: '10080',
    TWILIO_AUTH_TOKENS: authToken,
  })
  const hub = await openHub(config, { clock, logger: silentLogger })
  try {
    const client = createOperationsClient({ url: hub.url })
    // Some are planned for a shift that has begun before the day.
    await client.setDefinitions(JSON.stringify({ adherence: simulatedAdherence }), startAt - dayMs)
    const planner = startPlannerPosts({ client, now: () => clock.now(), everyMs: 50 })
    const { simulation } = await simulate({
      ...{ centre, seed: daySeed, startAt, endAt, authToken, clock, disorder },
      target: hub.url,
      road: 'stream',
      speed: 1,
      onPlan: (record) => planner.told(record),
    })
    await planner.settled().finally(() => planner.stop())
    await untilAsOf(hub)
    const warehouse = openServerWarehouse({ url: hub.warehouseUrl, database: 'ledgerline' })
    const rows: Record<string, readonly string[]> = {}
    for (const table of rowTables) {
      const found = await tableRows(warehouse, table)
      const whole = isShared(table) ? summedOverShards(table, found) : found
      rows[table] = nameRows(whole, ['workspace', 'shard'])
    }
    await warehouse.close()
    return { simulation, rows, differences: isVerified ? await differencesOf(hub) : [] }
  } finally {
    await hub.close()
  }
}

async function differencesOf(hub: Hub): Promise<readonly object[]> {
  const check = await createOperationsClient({ url: hub.url }).verify(() => undefined)
  return [...check.againstLog, ...check.againstFacts]
}

/** Resolves when every shard has read the ledger to its end, and its last tick is the end of all time. */
async function untilAsOf(hub: Hub): Promise<void> {
  const client = createOperationsClient({ url: hub.url })
  for (;;) {
    const { shards } = await client.progress()
    const folded = shards.filter(({ topic }) => /tasks|workers/.test(topic))
    const isDone = folded.every(({ lagRecords, tick }) => lagRecords === 0 && tick === asOf)
    if (isDone && shards.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
