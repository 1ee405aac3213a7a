import { setMaxListeners } from 'node:events'
import type { EventLog, Shard, Subscription } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { createGate } from '../runtime/gate.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { gatherInserts } from './gathered-inserts.ts'
import { memoryFolder } from './generation.ts'
import { openShardRunner, type ShardRunner } from './shard-runner.ts'
import { createShardCopies } from './shard-copies.ts'
import { readTopics, stateFile } from './shards.ts'

export interface RunnerOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  /** Where each shard keeps its own memory. */
  readonly stateFolder: string
  readonly clock: Clock
  readonly logger: Logger
  /** A shard with little to do is written at most this often, so that its rows go together; 1 s unless given. */
  readonly flushMs?: number
  /**
   * How many records a copy of a shard's memory may be behind that others can take over from; none are made unless given.
   */
  readonly copyBehindMax?: number
}

export interface ShardProgress extends Shard {
  readonly nextOffset: number
  /** The last tick of the clock that is in the shard's rows. */
  readonly tick: number
  /** How far time has come for what is open in them: to the tick, but not for ever after the last event. */
  readonly openUntil: number
  readonly entitiesCount: number
  /** The length of its rows' intervals. */
  readonly intervalMs: number
}

/** Reads the ledger as a member of one group a topic, and keeps the tables in step with it. */
export interface Runner {
  progress(): readonly ShardProgress[]
  /**
   * Runs something while no batch is under way, and none begins: for what must see the tables stand still, or take their
   * place. Afterwards each shard goes on with the memory that belongs to the tables as they are by then.
   */
  paused<T>(work: () => Promise<T>): Promise<T>
  readonly done: Promise<void>
  close(): Promise<void>
}

/** A batch of this size shows a backlog: then there is no waiting. */
const smallBatch = 1_000

export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { log, stateFolder, clock, logger, flushMs = 1_000 } = options
  const warehouse = gatherInserts(options.warehouse)
  const context = { log, warehouse, clock, logger, appends: true }
  const runners = new Map<string, ShardRunner>()
  const gate = createGate()
  let memory = await memoryFolder(warehouse, stateFolder)
  const stopping = new AbortController()
  // Every shard that rests listens to it.
  setMaxListeners(0, stopping.signal)
  const subscriptions: Subscription[] = []
  const copies =
    options.copyBehindMax === undefined
      ? null
      : createShardCopies({ warehouse, logger, behindMax: options.copyBehindMax })

  for (const topic of readTopics) {
    const subscription = await log.subscribe(`ledgerline.${topic}`, [topic], {
      gained: (shard) =>
        gate.pass(async () => {
          const end = (await log.end(shard.topic))[shard.partition] ?? 0
          await copies?.restore(shard, memory)
          const runner = openShardRunner(shard, stateFile(memory, shard), context, end)
          runners.set(nameOf(shard), runner)
          return runner.nextOffset
        }),
      async batch(shard, records, lease) {
        const began = Date.now()
        await gate.pass(async () => {
          const runner = runners.get(nameOf(shard))
          if (runner === undefined || !lease.held()) {
            throw new LedgerlineError('SHARD_LOST', nameOf(shard), { retryable: true })
          }
          await runner.process(records)
          await subscription.commit(shard, runner.nextOffset)
          await copies?.keep(runner, memory)
        })
        if (records.length < smallBatch) {
          await systemClock.sleep(Math.max(0, flushMs - (Date.now() - began)), stopping.signal)
        }
      },
      lost(shard) {
        runners.get(nameOf(shard))?.close()
        runners.delete(nameOf(shard))
        return Promise.resolve()
      },
    })
    subscriptions.push(subscription)
  }

  return {
    progress: () =>
      [...runners.values()].map(({ shard, nextOffset, time, entitiesCount, intervalMs }) => ({
        ...shard,
        nextOffset,
        tick: time.ticked,
        openUntil: time.openUntil,
        entitiesCount,
        intervalMs,
      })),
    paused: (work) =>
      gate.closed(async () => {
        try {
          return await work()
        } finally {
          memory = await memoryFolder(warehouse, stateFolder)
          for (const [name, runner] of runners) {
            const { shard, carefulBefore } = runner
            runner.close()
            runners.set(
              name,
              openShardRunner(shard, stateFile(memory, shard), context, carefulBefore),
            )
          }
        }
      }),
    done: Promise.all(subscriptions.map(({ done }) => done)).then(() => undefined),
    async close() {
      stopping.abort()
      await Promise.all(subscriptions.map((subscription) => subscription.close()))
    },
  }
}
