import { expect } from 'vitest'
import { createOperationsClient } from '../../client/operations.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { createRandom } from '../../services/simulator/model/random.ts'
import { simulate } from '../../services/simulator/simulator.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import type { HubProcess } from './hub-process.ts'

export interface KillRunOptions {
  /** The process that takes webhooks, and the one that keeps the tables; they may be the same. */
  readonly ingest: HubProcess
  readonly projections: HubProcess
  /** Whatever may be killed. */
  readonly victims: readonly HubProcess[]
  readonly authToken: string
  readonly warehouseUrl: string
  readonly kills: number
  readonly seed: string
  /** Something else that goes wrong at each kill, such as a broker that dies. */
  readonly alsoAtKill?: (kill: number) => Promise<void>
}

const hourMs = 3_600_000

/**
 * A simulated centre sends to the hub while processes are killed at random; it sends again whatever was not acknowledged.
 * Afterwards everything acknowledged is there, once, and the tables follow from the ledger and from the facts.
 */
export async function killRun(options: KillRunOptions): Promise<void> {
  const { ingest, projections, victims, authToken, kills, seed } = options
  const now = Date.now()
  const random = createRandom(seed)
  const sent = simulate({
    centre: createCentre({ seed, agents: 60, queues: 6, hours: 'always' }),
    ...{ seed, authToken },
    target: ingest.url,
    startAt: now - 8 * hourMs,
    endAt: now - 2 * hourMs,
    // The stretch takes as long as the kills do.
    speed: (6 * hourMs) / (kills * 3_000),
    disorder: { duplicates: 0.05, shuffleWithinMs: 600_000 },
    road: 'both',
  })

  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + random.next() * 1_500))
    const victim = victims[Math.floor(random.next() * victims.length)]
    await victim?.kill(random.next() < 0.4 ? 'its child' : 'itself')
    await options.alsoAtKill?.(kill)
    await victim?.restart()
  }
  const report = await sent
  expect(report.isAborted).toBe(false)
  expect(report.acknowledged.size).toBeGreaterThan(1_000)

  const client = createOperationsClient({ url: projections.url })
  await untilInStep(client)
  const warehouse = openServerWarehouse({ url: options.warehouseUrl, database: 'ledgerline' })
  const stored = await warehouse.query<{ id: string }>(
    `SELECT DISTINCT id FROM events WHERE id LIKE 'EV%'`,
  )
  const ids = new Set(stored.map(({ id }) => id))
  expect([...report.acknowledged].filter((sid) => !ids.has(sid))).toEqual([])
  await warehouse.close()
  const check = await client.verify(() => undefined)
  expect(check.againstLog).toEqual([])
  expect(check.againstFacts).toEqual([])
  expect(check.missingDerived).toEqual([])
}

/** No shard has anything left to read, twice in a row: what was forwarded late has arrived, what was derived is folded. */
async function untilInStep(client: ReturnType<typeof createOperationsClient>): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    const { shards } = await client.progress().catch(() => ({ shards: [] }))
    const isInStep = shards.length > 0 && shards.every(({ lagRecords }) => lagRecords === 0)
    quiet = isInStep ? quiet + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
