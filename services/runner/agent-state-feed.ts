import { CodecError } from '../../schemas/avro/codec-error.ts'
import {
  decodeFeedRecord,
  encodeAgentState,
  encodeAgentStatesTold,
  type AgentState,
} from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog, NewRecord, Shard } from '../log/log.ts'
import { isToldAlike } from '../projections/present-states.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { toldFromJson, toldToJson, type ToldLast } from './told-json.ts'
import type { AgentPresent } from './presents.ts'
import type { FeedCommit } from './shard-store.ts'

/** A shard's part of the adherence feed: what it has told of its agents, and what it tells next. */
export interface AgentStateFeed {
  /** Nothing was ever told in this partition. */
  readonly isNew: boolean
  /**
   * Appends a state for each agent and target that are otherwise than they were told last, with the next number of theirs. When it
   * resolves, it is durable. Rejects with SHARD_LOST when somebody else has told something meanwhile: what was told must be read again.
   */
  tell(presents: readonly AgentPresent[], now: Instant): Promise<void>
  /** Says that all up to a tick of the clock is told. */
  toldUntil(until: Instant, now: Instant): Promise<void>
  /** What is to be committed with the shard: what was told since the last call. */
  collect(): FeedCommit
}

const topic = 'ledgerline.agent-states'

/**
 * Goes on where the commit says; what was appended after it, by this owner of the shard or by another, is read first. So a
 * number is used once, and no state is told twice, wherever somebody was killed.
 */
export async function openAgentStateFeed(
  log: EventLog,
  { partition }: Pick<Shard, 'partition'>,
  committed: FeedCommit,
): Promise<AgentStateFeed> {
  const epoch = log.epoch(topic)
  const told = new Map<string, ToldLast>()
  let isWhole = true
  for (const [name, json] of committed.told) {
    const last = toldFromJson(json)
    if (last === null) isWhole = false
    else told.set(name, last)
  }
  let changed = new Set<string>()
  // Of another life of the topic the place says nothing; the numbers go on all the same.
  let nextOffset = isWhole && committed.epoch === epoch ? committed.nextOffset : 0
  for await (const records of log.read({ topic, partition }, nextOffset, recordsMax)) {
    for (const { offset, value } of records) {
      const state = stateIn(value)
      if (state !== null) hear(state)
      nextOffset = offset + 1
    }
  }
  let isNew = told.size === 0

  /** As readers do: of two with one number the first counts. */
  function hear(state: AgentState): void {
    const name = nameOf(state.target, state.agent)
    if ((told.get(name)?.sequence ?? 0) >= state.sequence) return
    told.set(name, { sequence: state.sequence, from: state.since, state: state.state })
    changed.add(name)
  }

  function next(
    { agent, workspace, present, cause }: AgentPresent,
    now: Instant,
  ): readonly AgentState[] {
    return [...present.byTarget].flatMap(([target, span]) => {
      const last = told.get(nameOf(target, agent))
      if (last !== undefined && isToldAlike(last, span)) return []
      return [
        {
          ...{ target, agent, workspace, sequence: (last?.sequence ?? 0) + 1, since: span.from },
          ...{ state: span.state, left: last?.state ?? null },
          ...{ mappingVersion: span.version, rules: span.rules },
          ...{ causeId: cause?.id ?? null, causeAt: cause?.at ?? span.from, observedAt: now },
        },
      ]
    })
  }

  async function append(records: readonly NewRecord[]): Promise<void> {
    const offsets = await log.append(topic, records)
    const expected = nextOffset
    const last = offsets.at(-1)
    if (offsets[0] !== expected || last !== expected + records.length - 1) {
      const message = `${topic}/${partition} is written by somebody else`
      throw new LedgerlineError('SHARD_LOST', message, { retryable: true })
    }
    nextOffset = last + 1
  }

  return {
    get isNew() {
      return isNew
    },
    async tell(presents, now) {
      const states = presents.flatMap((one) => next(one, now))
      if (states.length === 0) return
      await append(
        states.map((state) => ({
          ...{ key: `${state.target}/${state.agent}`, partition, value: encodeAgentState(state) },
        })),
      )
      states.forEach(hear)
      isNew = false
    },
    toldUntil: (until, now) =>
      append([{ key: '', partition, value: encodeAgentStatesTold({ until, observedAt: now }) }]),
    collect() {
      const names = changed
      changed = new Set()
      const states = [...names].flatMap((name) => {
        const last = told.get(name)
        return last === undefined ? [] : [[name, toldToJson(last)] as const]
      })
      return { epoch, nextOffset, told: new Map(states) }
    },
  }
}

const recordsMax = 2_000

/** What cannot be read no reader has heard, so its number is free. */
function stateIn(value: Uint8Array): AgentState | null {
  try {
    const record = decodeFeedRecord(value)
    return record.kind === 'state' ? record.state : null
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

function nameOf(target: string, agent: string): string {
  return `${target}\n${agent}`
}
