import { setMaxListeners } from 'node:events'
import type { EventLog, Shard, Subscription } from '../log/log.ts'
import { nameOf } from '../log/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { createGate } from '../runtime/gate.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { gatherInserts } from './gathered-inserts.ts'
import { memoryFolder } from './generation.ts'
import { openShardRunner, type ShardRunner } from './shard-runner.ts'
import { createShardCopies } from './shard-copies.ts'
import { openShardSeat, type ShardSeat } from './shard-seat.ts'
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

export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { log, stateFolder, clock, logger, flushMs = 1_000 } = options
  const warehouse = gatherInserts(options.warehouse)
  const context = { log, warehouse, clock, logger, appends: true }
  const seats = new Map<string, ShardSeat>()
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
          try {
            await runner.tell()
          } catch (error) {
            runner.close()
            throw error
          }
          const onWritten = async (written: ShardRunner) => {
            await subscription.commit(shard, written.nextOffset)
            await copies?.keep(written, memory)
          }
          const own = { gate, clock, logger, flushMs, stopping: stopping.signal, onWritten }
          seats.set(nameOf(shard), openShardSeat(runner, own))
          return runner.nextOffset
        }),
      batch(shard, records, lease) {
        const seat = seats.get(nameOf(shard))
        if (seat === undefined) {
          throw new LedgerlineError('SHARD_LOST', nameOf(shard), { retryable: true })
        }
        return seat.batch(records, lease)
      },
      async lost(shard) {
        const seat = seats.get(nameOf(shard))
        seats.delete(nameOf(shard))
        await seat?.close()
      },
    })
    subscriptions.push(subscription)
  }

  return {
    progress: () =>
      [...seats.values()].map(({ runner: { shard, nextOffset, time, ...one } }) => ({
        ...shard,
        nextOffset,
        tick: time.ticked,
        openUntil: time.openUntil,
        entitiesCount: one.entitiesCount,
        intervalMs: one.intervalMs,
      })),
    paused: (work) =>
      gate.closed(async () => {
        for (const seat of seats.values()) await seat.settle()
        try {
          return await work()
        } finally {
          memory = await memoryFolder(warehouse, stateFolder)
          for (const seat of seats.values()) {
            const { shard, carefulBefore } = seat.runner
            seat.runner.close()
            seat.goOnWith(openShardRunner(shard, stateFile(memory, shard), context, carefulBefore))
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
