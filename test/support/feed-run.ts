import { decodeFeedRecord, type AgentState } from '../../schemas/avro/agent-state.ts'
import { encodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog } from '../../services/log/log.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { workerFold } from '../../services/projections/all.ts'
import { withEvents } from '../../services/projections/timeline.ts'
import { createFeedTelling } from '../../services/runner/feed-telling.ts'
import type { Arrival } from '../../services/runner/arrivals.ts'
import { createShardFold } from '../../services/runner/shard-fold.ts'
import { openShardStore } from '../../services/runner/shard-store.ts'
import { createStagedStore } from '../../services/runner/staged-store.ts'
import { readRecords } from '../../services/runner/shard-writer.ts'
import { slim } from '../../services/runner/slim.ts'
import { isOfWindow, type LoadTimelines } from '../../services/runner/timelines.ts'
import { positionOf } from '../../services/runtime/position.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import type { Step } from './sharded-run.ts'

const shard = { topic: 'ledgerline.workers', partition: 0 } as const

/** What one batch is followed by, and whether time alone has its say meanwhile. */
export interface FeedStep extends Omit<Step, 'shard'> {
  readonly passesMs: number
}

/**
 * The feed of one shard of workers over a real log: batches of any size, stops after the commit, and kills between what was told
 * and the commit. What a table would hold is read from the log.
 */
export async function runFeed(
  log: EventLog,
  file: string,
  events: readonly LedgerEvent[],
  steps: readonly FeedStep[],
  last: { readonly event: LedgerEvent; readonly now: Instant },
): Promise<readonly AgentState[]> {
  let now = 0
  const clock: Clock = { ...systemClock, now: () => now }
  const arrived: Arrival[] = []
  let owner = await open()

  async function open() {
    const [end = 0] = await log.end(shard.topic)
    const store = createStagedStore(openShardStore(file, log.epoch(shard.topic)))
    const fold = createShardFold(shard, workerFold, store, timelinesOf(arrived))
    const telling = createFeedTelling(shard, { log, clock, store })
    return { store, fold, telling, end, takenTo: store.progress.nextOffset }
  }

  async function append(batch: readonly LedgerEvent[]): Promise<void> {
    const records = batch.flatMap((event) =>
      placementsOf(event)
        .filter(({ topic }) => topic === shard.topic)
        .map(({ key, everywhere }) => ({ key: everywhere ? '' : key, value: encodeEvent(event) })),
    )
    await log.append(shard.topic, records)
  }

  /** As `shard-runner.ts` does it. */
  async function advance({
    batchMax,
    then,
    passesMs,
  }: Omit<FeedStep, 'appended'>): Promise<boolean> {
    const { store, fold, telling, end, takenTo } = owner
    const { epoch } = store.progress
    for await (const records of log.read(shard, takenTo, batchMax)) {
      const { arrivals } = readRecords(epoch, records)
      const own = arrivals.map((one) => ({ ...one, event: slim(one.event) }))
      arrived.splice(takenTo, Infinity, ...own)
      now = Math.max(now, ...own.map(({ event }) => event.at)) + passesMs
      await fold.take(own, takenTo < end)
      const next = (owner.takenTo = takenTo + own.length)
      if (fold.isMapped && next >= end) await telling.tell(fold, positionOf(epoch, next))
      if (then !== 'crash') {
        const told = telling.collect()
        const { commit } = fold.collect()
        store.commit()
        store.stage({ ...commit, epoch, nextOffset: next, ...(told !== null && { feed: told }) })
        fold.tidy()
        if (then !== 'meanwhile') store.commit()
      }
      if (then === 'stop' || then === 'crash') {
        store.close()
        owner = await open()
      }
      return true
    }
    return false
  }

  const rest = { batchMax: 50, then: 'go on', passesMs: 0 } as const
  let appended = 0
  for (const step of steps) {
    await append(events.slice(appended, appended + step.appended))
    appended += step.appended
    await advance(step)
  }
  await append(events.slice(appended))
  while (await advance(rest));
  now = last.now
  await append([last.event])
  while (await advance(rest));
  owner.store.close()
  return told(log)
}

/** All that stands in the feed, in its order. */
export async function told(log: EventLog): Promise<readonly AgentState[]> {
  const states: AgentState[] = []
  const feed = { topic: 'ledgerline.agent-states', partition: 0 } as const
  for await (const records of log.read(feed, 0, 1_000)) {
    for (const { value } of records) {
      const record = decodeFeedRecord(value)
      if (record.kind === 'state') states.push(record.state)
    }
  }
  return states
}

/** The part of `services/runner/timelines.ts` that the warehouse plays. */
function timelinesOf(arrived: readonly Arrival[]): LoadTimelines {
  return (_shard, wanted, position) =>
    Promise.resolve(
      new Map(
        wanted.map(({ entity, window }) => {
          const own = arrived.filter((one) => one.entity === entity && one.position < position)
          const needed = own.map(({ event }) => event).filter((event) => isOfWindow(event, window))
          return [entity, withEvents([], needed)] as const
        }),
      ),
    )
}
