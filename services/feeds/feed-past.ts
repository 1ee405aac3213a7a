import { CodecError } from '../../schemas/avro/codec-error.ts'
import { decodeFeedRecord, type AgentState } from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog } from '../log/log.ts'

const topic = 'ledgerline.agent-states'

/** No more of the past than this at once: who wants more reads the topic, or the table agent_wfm_states. */
export const pastRecordsMax = 200_000
export const pastMsMax = 24 * 3_600_000

const batchRecords = 1_000

/** By partition, the first offset of what the log has taken at or after an instant. */
export async function offsetsAt(log: EventLog, at: Instant): Promise<readonly number[]> {
  const ends = await log.end(topic)
  return Promise.all(ends.map((end, partition) => offsetAt(log, partition, end, at)))
}

/** By halves: the log's own times never go back by more than its writers' clocks do. */
async function offsetAt(log: EventLog, partition: number, end: number, at: Instant) {
  let [low, high] = [0, end]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((await appendedAt(log, partition, middle)) >= at) high = middle
    else low = middle + 1
  }
  return low
}

/** Of the record there, or the next one where it is compacted away. */
async function appendedAt(log: EventLog, partition: number, offset: number): Promise<Instant> {
  for await (const [record] of log.read({ topic, partition }, offset, 1)) {
    if (record !== undefined) return record.appendedAt
  }
  return Infinity
}

/** Each change between two places, one partition after the other; an agent's in their order. */
export async function* changesBetween(
  log: EventLog,
  from: readonly number[],
  to: readonly number[],
): AsyncGenerator<readonly AgentState[]> {
  for (const [partition, end] of to.entries()) {
    const begin = from[partition] ?? 0
    if (begin >= end) continue
    for await (const records of log.read({ topic, partition }, begin, batchRecords)) {
      const own = records.filter(({ offset }) => offset < end)
      yield own.flatMap(({ value }) => statesIn(value))
      if (own.length < records.length) break
    }
  }
}

function statesIn(value: Uint8Array): readonly AgentState[] {
  try {
    const record = decodeFeedRecord(value)
    return record.kind === 'state' ? [record.state] : []
  } catch (error) {
    if (error instanceof CodecError) return []
    throw error
  }
}
