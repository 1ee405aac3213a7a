import { expect } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { createRandom, type Random } from '../../services/simulator/model/random.ts'
import { simulate, type SimulateReport } from '../../services/simulator/simulator.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import type { HubProcess } from './hub-process.ts'
import { expectNoDifference, tellLags, untilStill } from './still-hub.ts'
import { expectTruth } from './told-truth.ts'
import { until, type Patience } from './until.ts'

/** What may be killed with SIGKILL, and is started again. */
export interface Victim {
  /** Answers what was killed. */
  kill(): Promise<string>
  restart(): Promise<void>
}

export interface KillRunOptions {
  /** The process that takes webhooks, and the one that keeps the tables; they may be the same. */
  readonly ingest: HubProcess
  readonly projections: HubProcess
  /** All of the hub: none of them may end unless it is killed, and when something goes wrong they say how they are. */
  readonly processes: readonly HubProcess[]
  readonly victims: readonly Victim[]
  readonly authToken: string
  readonly warehouseUrl: string
  readonly kills: number
  readonly seed: string
}

const hourMs = 3_600_000
const quarterMs = hourMs / 4
/** Of simulated time, and how long that takes at the least. */
const betweenKillsMs = hourMs / 4
const betweenKillsTakesMs = 5_000
const patienceMs = 120_000

export const itself = (hub: HubProcess): Victim => ({ ...hub, kill: () => hub.kill('itself') })
/** The engine, of a process that has one. */
export const itsChild = (hub: HubProcess): Victim => ({ ...hub, kill: () => hub.kill('its child') })

/**
 * A simulated centre sends to the hub while processes are killed at random moments; it sends again whatever was not
 * acknowledged. Afterwards everything acknowledged is there, the tables follow from the ledger and from the facts, and
 * they are what the simulator says has happened.
 */
export async function killRun(options: KillRunOptions): Promise<void> {
  const { kills, seed, processes } = options
  const diary: string[] = []
  const patience: Patience = {
    forMs: patienceMs,
    seen: async () =>
      [...diary, await tellLags(options.projections), ...reportsOf(processes)].join('\n'),
  }
  const random = createRandom(seed)
  const sending = startSending(options)
  try {
    const order = inRandomOrder(options.victims, random)
    for (let kill = 0; kill < kills; kill++) {
      const moment = (kill + random.next()) / kills
      await until(`${moment} of all is sent`, () => sending.share() >= moment, patience)
      throwIfFallen(processes)
      const victim = order()
      diary.push(`${new Date().toISOString()} killed: ${await victim.kill()}`)
      await victim.restart()
      diary.push(`${new Date().toISOString()} up again`)
    }
    await until('all is sent', () => sending.report() !== null, patience)
    throwIfFallen(processes)
    const report = sending.report()
    if (report === null) throw new Error('nothing was sent')
    const warehouse = openServerWarehouse({ url: options.warehouseUrl, database: 'ledgerline' })
    try {
      await expectAllThere(report, warehouse, sending.endAt, options, patience)
    } finally {
      await warehouse.close()
    }
  } finally {
    await sending.stop()
  }
}

async function expectAllThere(
  report: SimulateReport,
  warehouse: Warehouse,
  endAt: number,
  { projections, processes }: KillRunOptions,
  patience: Patience,
): Promise<void> {
  expect(report.isAborted).toBe(false)
  expect(report.acknowledged.size).toBe(report.eventsCount)
  const missing = async () => {
    const stored = await warehouse.query<{ id: string }>(`SELECT DISTINCT id FROM events`)
    const ids = new Set(stored.map(({ id }) => id))
    return [...report.acknowledged].filter((sid) => !ids.has(sid))
  }
  const seen = async () => {
    const ids = await missing()
    return `${ids.length} are missing: ${ids.slice(0, 20).join()}\n${await patience.seen()}`
  }
  const isThere = async () => (await missing()).length === 0
  await until('all that was acknowledged is in the tables', isThere, { ...patience, seen })
  await untilStill(projections, patience)
  await expectNoDifference(projections)
  // What rings at the end of the stretch the hub gives up after an hour, of which the simulator knows nothing.
  await expectTruth(warehouse, report.simulation, endAt + hourMs - quarterMs)
  throwIfFallen(processes)
}

/** Everything that the centre lives through, in time with the kills, or as fast as the hub takes it. */
function startSending({ ingest, authToken, kills, seed }: KillRunOptions) {
  const stopping = new AbortController()
  // Recent, because a hub's clock is the real one, and over, so that time changes nothing any more.
  const endAt = lastQuarter(Date.now()) - 2 * hourMs
  const startAt = endAt - kills * betweenKillsMs - hourMs
  let share = 0
  let report: SimulateReport | null = null
  let failure: Error | null = null
  const sent = simulate({
    centre: createCentre({ seed, agents: 12, queues: 6, hours: 'always' }),
    ...{ seed, authToken, startAt, endAt },
    target: ingest.url,
    speed: (endAt - startAt) / (kills * betweenKillsTakesMs),
    disorder: { duplicates: 0.05, shuffleWithinMs: 600_000 },
    road: 'both',
    signal: stopping.signal,
    onProgress: ({ at }) => (share = (at - startAt) / (endAt - startAt)),
  }).then(
    (done) => {
      report = done
      share = 1
    },
    (error: unknown) => {
      failure = new Error('the simulator has given up', { cause: error })
    },
  )
  function unlessFailed<T>(value: T): T {
    if (failure !== null) throw failure
    return value
  }
  return {
    /** Of the stretch. */
    endAt,
    /** How much of the time has been lived through and acknowledged. */
    share: () => unlessFailed(share),
    report: () => unlessFailed(report),
    stop: () => {
      stopping.abort()
      return sent
    },
  }
}

/** Each once before any comes twice. */
function inRandomOrder(victims: readonly Victim[], random: Random): () => Victim {
  let left: Victim[] = []
  return () => {
    if (left.length === 0) left = [...victims]
    const [next] = left.splice(Math.floor(random.next() * left.length), 1)
    if (next === undefined) throw new Error('nobody is there to be killed')
    return next
  }
}

function reportsOf(processes: readonly HubProcess[]): readonly string[] {
  return processes.map((one) => one.report())
}

function throwIfFallen(processes: readonly HubProcess[]): void {
  const fallen = processes.filter((one) => one.hasFallen())
  if (fallen.length > 0) throw new Error(reportsOf(fallen).join('\n'))
}

function lastQuarter(at: number): number {
  return at - (at % quarterMs)
}
