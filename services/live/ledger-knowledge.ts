import { CodecError, decodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { EventLog } from '../log/log.ts'
import type { Topic } from '../log/topics.ts'
import { learn, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import { createGate } from '../runtime/gate.ts'

export interface LedgerKnowledge {
  readonly knowledge: Knowledge
  /** By the id of a set of definitions or a mapping: when the ledger had it. */
  readonly setAt: ReadonlyMap<string, Instant>
}

/** What the ledger knows of what customers set, as it stands when it is asked: it does not wait for the tables. */
export interface KnowledgeReader {
  /** Alone: nobody else of this process reads or sets meanwhile. */
  readonly inTurn: <T>(then: (known: LedgerKnowledge) => Promise<T> | T) => Promise<T>
}

export function createKnowledgeReader(log: EventLog): KnowledgeReader {
  let known: LedgerKnowledge = { knowledge: nothingKnown, setAt: new Map() }
  const nextOffsets = new Map<number, number>()
  // Each reads on from where the one before has come to.
  const { closed } = createGate()

  async function readOn(): Promise<LedgerKnowledge> {
    for (let partition = 0; partition < log.partitions(topic); partition++) {
      const shard = { topic, partition }
      for await (const records of log.read(shard, nextOffsets.get(partition) ?? 0, recordsMax)) {
        for (const { value, offset } of records) {
          known = withEvent(known, decoded(value))
          nextOffsets.set(partition, offset + 1)
        }
      }
    }
    return known
  }

  return { inTurn: (then) => closed(async () => then(await readOn())) }
}

const topic: Topic = 'ledgerline.config'
const recordsMax = 1_000

/** A record that nobody can read sets nothing; whoever folds the ledger says what becomes of it. */
function decoded(value: Uint8Array): LedgerEvent | null {
  try {
    return decodeEvent(value)
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

function withEvent(known: LedgerKnowledge, event: LedgerEvent | null): LedgerKnowledge {
  if (event === null) return known
  const knowledge = learn(known.knowledge, event)
  const { definitions, mappings } = known.knowledge
  const isSet = knowledge.definitions !== definitions || knowledge.mappings !== mappings
  if (!isSet) return { ...known, knowledge }
  return { knowledge, setAt: new Map(known.setAt).set(event.id, event.receivedAt) }
}
