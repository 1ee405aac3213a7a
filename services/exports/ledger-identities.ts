import { CodecError, decodeEvent } from '../../schemas/avro/codec.ts'
import type { QueueKey } from '../../connectors/identities.ts'
import type { IdentityTable } from '../../schemas/events/identities.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { directions } from '../../schemas/events/ledger-event.ts'
import { contentDigest } from '../definitions/content-digest.ts'
import { toAssignedEvent, toIdentitiesEvent } from '../definitions/identities-event.ts'
import type { EventLog } from '../log/log.ts'
import type { Topic } from '../log/topics.ts'
import {
  learnIdentities,
  nobodyKnown,
  type KnownIdentities,
} from '../projections/known-identities.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import { createGate } from '../runtime/gate.ts'
import { nothingTold, numbersFor } from './plan/numbers.ts'

/** By what targets know agents and queues, as the ledger has it when it is asked. */
export interface LedgerIdentities {
  read(target: string): Promise<KnownIdentities>
  /** By target, of all of which anything was ever said. */
  all(): Promise<ReadonlyMap<string, KnownIdentities>>
  /** Gives each of these queues that has none a number, for good. What the customer says beside the ledger is minded too. */
  assign(
    target: string,
    told: IdentityTable | null,
    keys: readonly QueueKey[],
    now: Instant,
  ): Promise<KnownIdentities>
  /** Says what a target knows agents and queues by, unless that was said last. */
  set(
    table: IdentityTable,
    now: Instant,
  ): Promise<{ readonly version: number; readonly isNew: boolean }>
}

export function createLedgerIdentities(log: EventLog): LedgerIdentities {
  const known = new Map<string, KnownIdentities>()
  const nextOffsets = new Map<number, number>()
  // Each reads on from where the one before has come to, and nobody gives numbers meanwhile.
  const { closed } = createGate()

  async function readOn(): Promise<void> {
    for (let partition = 0; partition < log.partitions(topic); partition++) {
      const shard = { topic, partition }
      for await (const records of log.read(shard, nextOffsets.get(partition) ?? 0, recordsMax)) {
        for (const { value, offset } of records) {
          learn(value)
          nextOffsets.set(partition, offset + 1)
        }
      }
    }
  }

  function learn(value: Uint8Array): void {
    try {
      const event = decodeEvent(value)
      const { label } = event
      if (label === null || !told.has(event.type)) return
      known.set(label, learnIdentities(known.get(label) ?? nobodyKnown, event))
    } catch (error) {
      // A record that nobody can read says nothing; whoever folds the ledger says what becomes of it.
      if (!(error instanceof CodecError)) throw error
    }
  }

  const inTurn = <T>(then: () => Promise<T> | T) =>
    closed(async () => {
      await readOn()
      return then()
    })
  const of = (target: string) => known.get(target) ?? nobodyKnown

  return {
    read: (target) => inTurn(() => of(target)),
    all: () => inTurn(() => new Map(known)),
    assign: (target, beside, keys, now) =>
      inTurn(async () => {
        const { told, assigned } = of(target)
        const queues = [...(told?.queues ?? []), ...(beside?.queues ?? [])]
        const fresh = numbersFor({ ...nothingTold(target), queues }, assigned, keys)
        if (fresh.length > 0) {
          const events = fresh.map(({ queue: id, channel, direction, number }) => {
            const known = directions.find((one) => one === direction) ?? null
            return toAssignedEvent(target, { id, channel, direction: known }, number, now)
          })
          await appendEvents(log, events)
          await readOn()
        }
        return of(target)
      }),
    set: (table, now) =>
      inTurn(async () => {
        const { told, version } = of(table.target)
        if (told !== null && contentDigest(told) === contentDigest(table)) {
          return { version, isNew: false }
        }
        await appendEvents(log, [toIdentitiesEvent(table, version + 1, now)])
        return { version: version + 1, isNew: true }
      }),
  }
}

const topic: Topic = 'ledgerline.config'
const recordsMax = 1_000
const told = new Set(['identities.set', 'identity.assigned'])
