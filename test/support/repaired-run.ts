import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'vitest'
import { z } from 'zod'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import { journeySchema } from '../../schemas/feeds/customers.ts'
import { intervalsSchema } from '../../schemas/feeds/intervals.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'
import { startPlannerPosts } from '../../services/cli/planner-posts.ts'
import { openGaps } from '../../services/live/interval-gaps.ts'
import { openHub, type Hub } from '../../services/main.ts'
import { readConfig } from '../../services/runtime/config.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import type { Chronicle } from '../../services/simulator/model/chronicle.ts'
import { sourceNames } from '../../services/simulator/model/sources.ts'
import { restEvents } from '../../services/simulator/rest-events.ts'
import { simulate } from '../../services/simulator/simulator.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import { expectedJourneys } from '../../services/simulator/truth/journeys.ts'
import type { TruthParameters } from '../../services/simulator/truth/parameters.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { createCappedClock } from './capped-clock.ts'
import { plannedTruth, simulatedAdherence } from './simulated-planner.ts'
import { isShared, nameRows, summedOverShards, tableRows } from './table-rows.ts'
import { openTwilioRestServer, type TwilioRestServer } from './twilio-rest-server.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

export interface RepairedRun {
  readonly centre: Centre
  readonly folder: string
  readonly seed: string
  readonly startAt: number
  readonly hours: number
  /** The beginning of the hour of which TaskRouter's events never arrive. */
  readonly lostFrom: number
  /** How late a share of all comes: nothing so late may break the silence of the hour. */
  readonly lateByMs: number
  /** How much faster than the clock its time goes: the hub has to keep up with it. */
  readonly speed: number
}

/**
 * A stretch of which all sources tell, in disorder and some of it twice, with an hour of one source lost. Before the repair
 * the hour is unknown, and not zero; after it every table is what the simulator says.
 */
export async function repairedRun(run: RepairedRun): Promise<void> {
  const { centre, seed, startAt, lostFrom } = run
  const endAt = startAt + run.hours * hourMs
  const asOf = endAt + run.lateByMs + hourMs
  const lost = { from: lostFrom, to: lostFrom + hourMs }
  // Until the hour is over no time passes that the simulator has not got to. In it time goes slowly enough for the hub to
  // notice by itself that a source is silent, and at the end that it was heard again. It looks, and then rests for twenty
  // times as long as it took: a second of a machine that is busy is a third of the hour.
  let toldUntil = startAt
  const clock = createCappedClock(startAt, asOf, run.speed, {
    slow: [
      { from: lost.from - 2 * minuteMs, to: lost.to, speed: 60 },
      { from: asOf - 20 * minuteMs, to: asOf, speed: 60 },
    ],
    // A little beyond, because between a look at the clock and a rest some time has passed already.
    ceiling: () => (toldUntil >= lost.to ? Infinity : toldUntil + 2 * minuteMs),
  })
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secrets = { sendGridKey: privateKey, segmentSecret: 'a secret of this test' }
  const simulation = { centre, seed, startAt, endAt, sources: sourceNames }
  // The gap lasts from the last event before the hour to the first that came after it.
  const around = { from: lost.from - hourMs, to: lost.to + hourMs }
  const port = await freePort()
  const hub = await openHub(
    readConfig({
      LEDGERLINE_DATA_DIR: run.folder,
      LEDGERLINE_PORT: '0',
      LEDGERLINE_ENGINE_PORT: '0',
      TWILIO_AUTH_TOKENS: authToken,
      TWILIO_ACCOUNT_SID: centre.accountSid,
      TWILIO_WORKSPACE_SID: centre.workspaceSid,
      TWILIO_API_BASE_URL: `http://127.0.0.1:${port}`,
      LEDGERLINE_RECONCILE_MINUTES: '60',
      LEDGERLINE_REPAIR_REQUESTS_PER_SECOND: '100',
      SENDGRID_WEBHOOK_PUBLIC_KEYS: publicKey
        .export({ format: 'der', type: 'spki' })
        .toString('base64'),
      SEGMENT_SHARED_SECRETS: secrets.segmentSecret,
    }),
    { clock, logger: silentLogger },
  )
  const client = createOperationsClient({ url: hub.url })
  const warehouse = openServerWarehouse({ url: hub.warehouseUrl, database: 'ledgerline' })
  const planner = startPlannerPosts({ client, now: () => clock.now(), everyMs: 100 })
  let rest: TwilioRestServer | null = null
  try {
    // Some are planned for a shift that has begun before.
    await client.setDefinitions(
      JSON.stringify({ adherence: simulatedAdherence }),
      startAt - 24 * hourMs,
    )
    const simulated = simulate({
      ...{ ...simulation, ...secrets, authToken, clock, target: hub.url },
      disorder: { ...disorder, lateByMs: run.lateByMs },
      onProgress: ({ at }) => void (toldUntil = Math.max(toldUntil, at)),
      onPlan: (record) => planner.told(record),
      ...{
        road: 'stream',
        speed: 1,
        paceFrom: clock.now(),
        lost: [{ source: 'taskrouter', ...lost }],
      },
    })
    await expect
      .poll(async () => (await hourOf(hub, lost)).gaps.map(({ source }) => source), patience)
      .toContain('twilio-taskrouter')
    const report = await simulated
    await planner.settled()
    expect(report.lost.length).toBeGreaterThan(100)
    await untilAsOf(client, asOf)

    await expect
      .poll(async () => (await hourOf(hub, lost)).gaps.map(({ to }) => to), patience)
      .not.toContain(null)
    const before = await hourOf(hub, lost)
    expect(before.gaps).toMatchObject([{ source: 'twilio-taskrouter', reason: 'silence' }])
    expect(before.rows.length).toBeGreaterThan(0)
    expect(new Set(before.rows.map(({ coverage }) => coverage))).toEqual(new Set(['unknown']))

    // Until now nobody has answered there, so the hub could not mend it by itself.
    rest = await openTwilioRestServer({
      ...{ port, accountSid: centre.accountSid, password: authToken },
      events: [...restEvents(simulation, around)].map((event) => ({ ...event })),
    })
    const repair = await client.backfill(
      { ...around, resources: ['taskrouter'], dryRun: false },
      () => undefined,
    )
    expect(repair.resources).toMatchObject([{ resource: 'taskrouter', refused: 0 }])
    await untilAsOf(client, asOf)
    const after = await hourOf(hub, lost)
    expect(after.gaps.filter(({ source }) => source === 'twilio-taskrouter')).toEqual([])

    // Others may have been silent too, of which nobody has asked again.
    const gaps = await openGaps(warehouse, ['adherence_intervals'], { from: startAt, to: asOf })
    const parameters = {
      ...plannedTruth(centre),
      gaps: gaps.map(({ from, to }) => ({ from, to: to ?? Infinity })),
    }
    await expectTold(warehouse, report.simulation.chronicle, asOf, parameters)
    await expectJourneys(hub, report.simulation.chronicle, asOf)
    const check = await client.verify(() => undefined)
    expect([...check.againstLog, ...check.againstFacts]).toEqual([])
  } finally {
    planner.stop()
    await warehouse.close()
    await hub.close()
    await rest?.close()
  }
}

const authToken = 'a-token-of-this-test'

/** A port on which nobody listens yet. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.int() }).parse(server.address())
  server.close()
  await once(server, 'close')
  return port
}

const patience = { timeout: 240_000, interval: 500 }

const disorder = {
  duplicates: 0.05,
  shuffleWithinMs: 5 * minuteMs,
  lateShare: 0.01,
}

async function hourOf(hub: Hub, { from, to }: { readonly from: number; readonly to: number }) {
  const query = new URLSearchParams({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  })
  const answer = await fetch(`${hub.url}/v1/intervals/queues?${query.toString()}`)
  return intervalsSchema.parse(await answer.json())
}

/** Every interval table holds what the simulator says. */
async function expectTold(
  warehouse: Warehouse,
  chronicle: Chronicle,
  asOf: number,
  parameters: TruthParameters,
): Promise<void> {
  const truth: Readonly<Record<string, readonly object[]>> = {
    ...expectedRows(chronicle, asOf, { parameters }),
  }
  for (const table of intervalTables) {
    const expected = (truth[table] ?? []).map((row) => ({ ...row }))
    expect(expected.length, table).toBeGreaterThan(50)
    const stored = await tableRows(warehouse, table)
    const found = isShared(table) ? summedOverShards(table, stored) : stored
    expect(nameRows(found, ['workspace', 'shard']), table).toEqual(
      nameRows(expected, ['workspace']),
    )
  }
}

/** Who is one customer, and what of him the hub tells, for some of them. */
async function expectJourneys(hub: Hub, chronicle: Chronicle, asOf: number): Promise<void> {
  const journeys = expectedJourneys(chronicle, asOf).filter(
    ({ identities }) => identities.length > 1,
  )
  expect(journeys.length).toBeGreaterThan(20)
  for (const { identities } of journeys.slice(0, 20)) {
    const [name = ''] = identities
    const answer = await fetch(`${hub.url}/v1/customers/${encodeURIComponent(name)}/journey`)
    const told = journeySchema.parse(await answer.json())
    expect(told.identities.map(({ identity }) => identity).sort()).toEqual([...identities].sort())
  }
}

/** Resolves when every shard has read the ledger to its end, and time has come to its end in those in which it passes. */
async function untilAsOf(client: OperationsClient, asOf: number): Promise<void> {
  for (;;) {
    const { shards } = await client.progress()
    const isRead = shards.every(({ lagRecords }) => lagRecords === 0)
    const ticked = shards.filter(({ topic }) => /tasks|workers|conversations/.test(topic))
    if (isRead && shards.length > 0 && ticked.every(({ tick }) => tick === asOf)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
