import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Instant } from '../../schemas/events/instant.ts'
import { addEvent, appendAll, type RecordsByTopic } from '../../services/ingest/records.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { finalise } from '../../services/repair/finalising.ts'
import { createObservations } from '../../services/repair/observations.ts'
import { verifyAgainstFacts, type FactsCheck } from '../../services/runner/facts-check.ts'
import { verifyAgainstLog, type LogCheck } from '../../services/runner/rebuild.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { tickMs, tickOf } from '../../services/runner/ticker.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { sendings, type Disorder } from '../../services/simulator/delivery/disorder.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import type { PlannerRecord } from '../../services/simulator/model/planner.ts'
import { openSimulation, type Simulation } from '../../services/simulator/model/simulation.ts'
import { sourceNames } from '../../services/simulator/model/sources.ts'
import { secretIn } from '../../services/runtime/secret-file.ts'
import { openEmbeddedWarehouse } from '../../services/warehouse/embedded.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'

import { migrate } from '../../services/warehouse/migrations.ts'
import { truthByDay, type TruthCheck } from './month-truth.ts'
import { adherenceDefinitions, plannedTruth, plannerEvent } from './simulated-planner.ts'
import { ledgerEventsOf } from './simulated-ledger.ts'
import { caughtUp } from './table-rows.ts'
import { checkZones, type ZonesCheck } from './zone-sums.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface MonthRun {
  readonly centre: Centre
  readonly seed: string
  /** All that it makes is here. A run that was cut off goes on where the last whole day ended. */
  readonly folder: string
  readonly startAt: Instant
  /**
   * What is open at the end must be nothing that the hub gives up before all that is late has come: the simulator knows of
   * no such limits.
   */
  readonly hours: number
  /** Two in a hundred come late, by anything up to this. */
  readonly lateUpToMs: number
  /** How long after its end an interval is final. */
  readonly latenessMs: number
  /** Where all is to add up, and of how many agents that is asked. */
  readonly zones: readonly string[]
  readonly agentsAsked: number
  readonly onProgress?: (figures: Figures) => void
}

/** How much there was, and how long it took, those before it that were cut off included. */
export interface Figures extends Reached {
  readonly part: string
}

interface Reached {
  readonly at: Instant
  readonly happenings: number
  readonly events: number
  readonly seconds: number
}

export interface MonthReport {
  readonly truth: TruthCheck
  readonly againstLog: LogCheck
  readonly againstFacts: FactsCheck
  readonly zones: ZonesCheck
  readonly restatements: number
}

/**
 * A stretch of all channels in the order of its arrival, straight into a log, with a tick each minute and what is final said
 * each hour; the runner folds it meanwhile. Then every row, looked at from four sides: as the simulator tells it, as a rebuild
 * does, as the facts do, and as it adds up in zones.
 */
export async function monthRun(run: MonthRun): Promise<MonthReport> {
  const { folder, startAt } = run
  const endAt = startAt + run.hours * hourMs
  await mkdir(folder, { recursive: true })
  const tell = await createTeller(run)
  const time = { now: tell.reached.at }
  const clock: Clock = { ...systemClock, now: () => time.now }
  const engine = await openEmbeddedWarehouse({
    folder: `${folder}/engine`,
    secret: await secretIn(`${folder}/engine-secret`),
    database: 'ledgerline',
    logger: silentLogger,
    memoryBytesMax: 3 * 1024 ** 3,
  })
  const { warehouse } = engine
  const log = await openEmbeddedLog({ folder: `${folder}/log`, clock })
  await migrate(warehouse)
  const stateFolder = `${folder}/state`
  const shared = { log, warehouse, stateFolder, clock, logger: silentLogger }
  const runner = await openRunner({ ...shared, flushMs: 0 })
  try {
    const simulation = await live(run, { log, warehouse, runner, clock, time, tell })
    await tell('compare with the simulator')
    const span = { from: startAt, to: endAt }
    const rules = plannedTruth(run.centre)
    const truth = await truthByDay(warehouse, simulation, span, time.now, rules)
    await tell('recompute from facts')
    const againstFacts = await runner.paused(() => verifyAgainstFacts(warehouse, runner))
    await tell('add up in zones')
    const agents = run.centre.agents.slice(0, run.agentsAsked).map(({ sid }) => sid)
    const asked = { zones: run.zones, agents }
    const zones = await checkZones({ warehouse, runner, clock }, asked, {
      from: startAt,
      to: endAt,
    })
    await tell('rebuild')
    const againstLog = await verifyAgainstLog({ ...shared, runner, onProgress: () => undefined })
    await tell('done')
    const [restated] = await warehouse.query<{ rows: number }>(
      'SELECT toUInt32(count()) AS rows FROM restatements FINAL',
    )
    return { truth, againstLog, againstFacts, zones, restatements: restated?.rows ?? 0 }
  } finally {
    await runner.close()
    await log.close()
    await engine.close()
  }
}

interface Parts {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner
  readonly clock: Clock
  readonly time: { now: Instant }
  readonly tell: Teller
}

/**
 * So much comes at once and is folded before more comes: time in the tables moves in such steps. What comes of each minute by
 * itself takes four times as long, because each of some twenty tables is written to whenever something has been folded.
 */
const stepMs = hourMs

/** Lets the stretch happen and arrive; resolves when nothing is left to come, nor to be folded. */
async function live(
  { centre, seed, startAt, hours, lateUpToMs, latenessMs }: MonthRun,
  { log, warehouse, runner, clock, time, tell }: Parts,
): Promise<Simulation> {
  const endAt = startAt + hours * hourMs
  const plans: PlannerRecord[] = []
  const simulation = openSimulation({
    ...{ centre, seed, startAt, endAt, sources: sourceNames },
    onPlan: (record) => plans.push(record),
  })
  const observations = createObservations(warehouse)
  const disorder: Disorder = {
    ...{ duplicates: 0.01, shuffleWithinMs: 20_000, lostShare: 0 },
    ...{ lateShare: 0.02, lateByMs: 60_000, lateUpToMs },
  }
  let records: RecordsByTopic = new Map()

  function add(event: Parameters<typeof addEvent>[1]): void {
    const reason = addEvent(records, event, (topic) => log.partitions(topic))
    if (reason !== null) throw new Error(reason.detail)
    tell.event()
  }

  /** The simulation goes ahead of what arrives: what its planner tells comes when it is told, and never late. */
  function addPlans(before: Instant): void {
    while (plans[0] !== undefined && plans[0].toldAt < before) {
      const [record] = plans.splice(0, 1)
      if (record !== undefined && record.toldAt >= reached.at) add(plannerEvent(record, centre))
    }
  }

  async function endMinute(): Promise<void> {
    addPlans(time.now + tickMs)
    time.now += tickMs
    add(tickOf(time.now))
    if (time.now % stepMs !== 0) return
    await appendAll(records, (topic, ofTopic) => log.append(topic, ofTopic))
    records = new Map()
    await caughtUp(log, runner)
    const journal = { starts: () => [] }
    await finalise({ observations, journal, appender: log, clock, latenessMs })
    if (time.now % dayMs === 0) await tell.day(time.now)
  }

  const { reached } = tell
  if (reached.at === startAt) {
    add(tickOf(startAt))
    // Some are planned for a shift that has begun before.
    add(adherenceDefinitions(centre, startAt - dayMs))
  }
  for (const { event, dueAt } of sendings(simulation.happenings, seed, disorder)) {
    if (dueAt < reached.at) continue
    while (dueAt >= time.now + tickMs) await endMinute()
    tell.happening()
    for (const one of ledgerEventsOf(event, centre, dueAt)) add(one)
  }
  while (time.now < endAt + hourMs || time.now % stepMs !== 0) await endMinute()
  await caughtUp(log, runner)
  return simulation
}

interface Teller {
  (part: string): Promise<void>
  happening(): void
  event(): void
  /** All has been folded that came before this instant. */
  day(at: Instant): Promise<void>
  readonly reached: Reached
}

async function createTeller({ onProgress, folder, startAt }: MonthRun): Promise<Teller> {
  const file = `${folder}/reached.json`
  const nothing: Reached = { at: startAt, happenings: 0, events: 0, seconds: 0 }
  const reached = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Reached) : nothing
  const began = performance.now()
  let { at, happenings, events } = reached
  const tell = async (part: string): Promise<void> => {
    const seconds = reached.seconds + Math.round((performance.now() - began) / 1000)
    const figures = { at, happenings, events, seconds }
    await writeFile(file, JSON.stringify(figures))
    onProgress?.({ part, ...figures })
  }
  return Object.assign(tell, {
    happening: () => {
      happenings++
    },
    event: () => {
      events++
    },
    day: (day: Instant) => {
      at = day
      return tell('live')
    },
    reached,
  })
}
