import { CodecError, decodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { EventLog, Shard } from '../log/log.ts'

/** When time last passed in the ledger: while the hub runs, less than a minute ago. Null of a ledger without a tick. */
export async function lastTickOf(log: EventLog): Promise<Instant | null> {
  const shard: Shard = { topic: 'ledgerline.tasks', partition: 0 }
  const end = (await log.end(shard.topic))[shard.partition] ?? 0
  for (let back = lookFirst; ; back *= 8) {
    const from = Math.max(0, end - back)
    let latest: Instant | null = null
    for await (const records of log.read(shard, from, lookFirst)) {
      for (const { value } of records) latest = tickOf(value) ?? latest
    }
    if (latest !== null || from === 0) return latest
  }
}

/** A minute's records, as a rule. */
const lookFirst = 1_000

function tickOf(value: Uint8Array): Instant | null {
  try {
    const event = decodeEvent(value)
    return event.type === 'clock.ticked' ? event.at : null
  } catch (error) {
    // A record that nobody can read is no tick; whoever folds the ledger says what becomes of it.
    if (error instanceof CodecError) return null
    throw error
  }
}
