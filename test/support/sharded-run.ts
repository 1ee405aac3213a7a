import fc from 'fast-check'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { tables, type TableName } from '../../schemas/tables/tables.ts'
import type { Shard } from '../../services/log/log.ts'
import { partitionOf } from '../../services/log/partition.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { folds } from '../../services/projections/all.ts'
import type { Fold } from '../../services/projections/projection.ts'
import { withEvents } from '../../services/projections/timeline.ts'
import type { Written } from '../../services/runner/changes.ts'
import type { Arrival } from '../../services/runner/arrivals.ts'
import { createShardFold, type Collected } from '../../services/runner/shard-fold.ts'
import { openShardStore } from '../../services/runner/shard-store.ts'
import { createStagedStore } from '../../services/runner/staged-store.ts'
import { slim } from '../../services/runner/slim.ts'
import { isOfWindow, type LoadTimelines } from '../../services/runner/timelines.ts'
import { positionOf } from '../../services/runtime/position.ts'
import type { PlainRow } from './fold-all.ts'

/** What happens next: some more events are appended, then a shard that has something to read takes a batch. */
export interface Step {
  readonly appended: number
  readonly shard: number
  readonly batchMax: number
  /**
   * A shard that stops goes on from its store; one that crashes has written its rows and committed nothing; one that goes on
   * meanwhile takes its next batch before it has written the rows of this one.
   */
  readonly then: 'go on' | 'meanwhile' | 'stop' | 'crash'
}

export interface Course {
  readonly partitions: number
  readonly steps: readonly Step[]
  /** All shards go on from their stores before the last tick: what is open then is in no memory any more. */
  readonly stopsAtEnd: boolean
}

/** How a log may be read: by so many shards, in batches of any size, with restarts between them. */
export const arbitraryCourse: fc.Arbitrary<Course> = fc.record({
  partitions: fc.constantFrom(1, 3, 8),
  steps: fc.array(
    fc.record({
      appended: fc.nat({ max: 12 }),
      shard: fc.nat({ max: 40 }),
      batchMax: fc.integer({ min: 1, max: 30 }),
      then: fc.constantFrom('go on', 'meanwhile', 'meanwhile', 'stop', 'crash'),
    }),
    { maxLength: 25 },
  ),
  stopsAtEnd: fc.boolean(),
})

/** A log of so many events of which every shard reads what there is before more comes. */
export function keepingUp(eventsCount: number): Course {
  const read = { shard: 0, batchMax: 10, then: 'go on' } as const
  const steps = [1, 0, 0, 0, 0, 0].map((appended) => ({ ...read, appended }))
  const all = Array.from({ length: eventsCount }, () => steps).flat()
  return { partitions: 1, stopsAtEnd: false, steps: all }
}

export function tickAt(at: Instant): LedgerEvent {
  return hubEvent({ type: 'clock.ticked', id: `tick:${at}`, at })
}

/**
 * The rows that shards make of events in the order of their arrival, by table, after a last tick at `asOf`: the code that
 * runs in the hub over a log in memory, with what is derived appended to it.
 */
export async function runSharded(
  events: readonly LedgerEvent[],
  asOf: Instant,
  course: Course,
): Promise<ReadonlyMap<string, readonly PlainRow[]>> {
  const { written } = await recordRun(events, asOf, course)
  return asViewed(written.filter(({ table }) => table !== 'restatements'))
}

/** A shard of the log as it stands at the end. */
export interface ShardLog {
  readonly shard: Shard
  readonly records: readonly Arrival[]
}

export interface RecordedRun {
  /** The rows that hold, as they are written: parts of shards. */
  readonly written: readonly Written[]
  readonly logs: readonly ShardLog[]
}

/** The same, with the log that came of it: where what is derived stands depends on the course. */
export async function recordRun(
  events: readonly LedgerEvent[],
  asOf: Instant,
  { partitions, steps, stopsAtEnd }: Course,
): Promise<RecordedRun> {
  const rows = createRows()
  const shards = folds.flatMap((fold) =>
    Array.from({ length: partitions }, (_, partition) => openRun(fold, partition, rows.write)),
  )
  function append(batch: readonly LedgerEvent[]): void {
    for (const event of batch) {
      for (const { topic, key, everywhere } of placementsOf(event)) {
        for (const run of shards) {
          if (run.shard.topic !== topic) continue
          if (everywhere) run.append(event, '')
          else if (run.shard.partition === partitionOf(key, partitions)) run.append(event, key)
        }
      }
    }
  }
  async function advance({ shard, batchMax, then }: Omit<Step, 'appended'>): Promise<boolean> {
    const waiting = shards.filter((run) => run.isBehind())
    const run = waiting[shard % waiting.length]
    if (run === undefined) return false
    append(await run.process(batchMax, then))
    return true
  }

  let appended = 0
  for (const step of steps) {
    append(events.slice(appended, appended + step.appended))
    appended += step.appended
    await advance(step)
  }
  append(events.slice(appended))
  const rest = { shard: 0, batchMax: 50, then: 'go on' } as const
  while (await advance(rest));
  if (stopsAtEnd) for (const run of shards) run.stop()
  append([tickAt(asOf)])
  while (await advance(rest));
  for (const run of shards) run.close()
  return { written: rows.all(), logs: shards.map(({ shard, log }) => ({ shard, records: log })) }
}

/** The rows that hold once these shards have been read again, in other batches; what is derived is in them already. */
export async function replayRun(
  logs: readonly ShardLog[],
  steps: readonly Omit<Step, 'appended' | 'shard'>[] = [],
): Promise<readonly Written[]> {
  const rows = createRows()
  for (const { shard, records } of logs) {
    const fold = folds.find(({ topic }) => topic === shard.topic)
    if (fold === undefined) throw new Error(`${shard.topic} has no fold`)
    const run = openRun(fold, shard.partition, rows.write)
    for (const { event, entity } of records) run.append(event, entity)
    for (const { batchMax, then } of steps) if (run.isBehind()) await run.process(batchMax, then)
    while (run.isBehind()) await run.process(50, 'go on')
    run.close()
  }
  return rows.all()
}

function createRows() {
  const written = new Map<string, Written>()
  return {
    write: (row: Written): void => {
      const name = JSON.stringify([row.table, ...tables[row.table].key.map((key) => row.key[key])])
      const known = written.get(name)
      if (known === undefined || row.version >= known.version) written.set(name, row)
    },
    all: () => [...written.values()].filter(({ values }) => values !== null),
  }
}

interface ShardRun {
  readonly shard: Shard
  readonly log: readonly Arrival[]
  append(event: LedgerEvent, entity: string): void
  isBehind(): boolean
  /** Answers what is derived, to be appended. */
  process(batchMax: number, then: Step['then']): Promise<readonly LedgerEvent[]>
  /** Forgets all that is not in its store. */
  stop(): void
  close(): void
}

const epoch = 1

/** One shard: its part of the log, and what `shard-runner.ts` does with each batch of it. */
function openRun(fold: Fold, partition: number, write: (row: Written) => void): ShardRun {
  const shard: Shard = { topic: fold.topic, partition }
  const log: Arrival[] = []
  const file = openShardStore(':memory:', epoch)
  const started = () => {
    const store = createStagedStore(file)
    return { store, state: createShardFold(shard, fold, store, timelinesOf(log)) }
  }
  let own = started()
  let takenTo = 0
  let carefulBefore = 0
  let begun: Collected | null = null

  function finish(commits = true): readonly LedgerEvent[] {
    const { rows = [], derived = [] } = begun ?? {}
    rows.forEach(write)
    if (commits) own.store.commit()
    begun = null
    return derived
  }
  function stop(): void {
    finish(false)
    own = started()
    takenTo = file.progress.nextOffset
    carefulBefore = log.length
  }
  return {
    shard,
    log,
    append(event, entity) {
      log.push({ event: slim(event), entity, position: positionOf(epoch, log.length) })
    },
    isBehind: () => log.length > takenTo || begun !== null,
    async process(batchMax, then) {
      const { store, state } = own
      const batch = log.slice(takenTo, takenTo + batchMax)
      await state.take(batch, takenTo < carefulBefore)
      const derivedBefore = finish()
      takenTo += batch.length
      begun = state.collect()
      store.stage({ ...begun.commit, epoch, nextOffset: takenTo })
      state.tidy()
      if (then === 'meanwhile' && batch.length > 0) return derivedBefore
      const derived = finish(then !== 'crash')
      if (then !== 'go on') stop()
      return [...derivedBefore, ...derived]
    },
    stop,
    close: () => file.close(),
  }
}

/** The part of `services/runner/timelines.ts` that the warehouse plays. */
function timelinesOf(log: readonly Arrival[]): LoadTimelines {
  return (_shard, wanted, position) => {
    const timelines = wanted.map(({ entity, window }) => {
      const before = log.filter((one) => one.entity === entity && one.position < position)
      const needed = before.map(({ event }) => event).filter((event) => isOfWindow(event, window))
      return [entity, withEvents([], needed)] as const
    })
    return Promise.resolve(new Map(timelines))
  }
}

/** What the views show of the rows that hold: those of several shards are one, in which columns roll up. */
function asViewed(written: readonly Written[]): ReadonlyMap<string, readonly PlainRow[]> {
  const byTable = new Map<TableName, Map<string, PlainRow>>()
  for (const { table, key, values } of written) {
    if (values === null) continue
    const own = Object.entries(key).filter(([column]) => column !== 'shard')
    const name = JSON.stringify(own)
    const rows = byTable.get(table) ?? new Map<string, PlainRow>()
    byTable.set(table, rows)
    const known = rows.get(name) ?? {}
    const metrics = isInterval(table) ? intervalMetrics[table] : []
    rows.set(name, { ...Object.fromEntries(own), ...joined(metrics, known, values) })
  }
  return new Map([...byTable].map(([table, rows]) => [table, [...rows.values()]]))
}

function isInterval(table: TableName): table is IntervalTable {
  return table in intervalMetrics
}

function joined(metrics: readonly Metric[], a: PlainRow, b: PlainRow): PlainRow {
  const row: Record<string, unknown> = { ...a, ...b }
  for (const { name, rollUp } of metrics) {
    if (!(name in a) || !(name in b)) continue
    row[name] = joinedValue(rollUp, a[name], b[name])
  }
  return row
}

function joinedValue(rollUp: Metric['rollUp'], a: unknown, b: unknown): unknown {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.map((count, bucket) => Number(count) + Number(b[bucket]))
  }
  const isGreatest = rollUp === 'max' || rollUp === 'last-max'
  return isGreatest ? Math.max(Number(a), Number(b)) : Number(a) + Number(b)
}
