import { decodeEvent } from '../schemas/avro/codec.ts'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import type { EventLog } from '../services/log/log.ts'
import { readShards } from '../services/runner/shards.ts'
import type { RequestAppend } from './appends.ts'

/** Throws unless everything that was acknowledged is in the ledger of a hub that has ended, once, and nothing was refused. */
export async function checkLedger(
  folder: string,
  appends: readonly RequestAppend[],
): Promise<void> {
  const expected = expectedOf(appends)
  const log = await openEmbeddedLog({ folder })
  try {
    const found = await foundIn(log, expected.ids)
    const letters = (await log.end('ledgerline.dead-letters')).reduce((sum, end) => sum + end, 0)
    must('events in the ledger', found.ids.size, expected.ids.size)
    must('records in the ledger', found.records, expected.records)
    must('bytes in the ledger', found.bytes, expected.bytes)
    must('dead letters', letters, 0)
  } finally {
    await log.close()
  }
}

/** Throws unless the tables hold every acknowledged event too. */
export async function checkTables(
  warehouseUrl: string,
  appends: readonly RequestAppend[],
): Promise<void> {
  const answer = await fetch(`${warehouseUrl}/?database=ledgerline`, {
    method: 'POST',
    body: 'SELECT DISTINCT id FROM events FORMAT TabSeparated',
  })
  if (!answer.ok) throw new Error(`the warehouse answered ${answer.status}`)
  const stored = new Set((await answer.text()).split('\n'))
  const { ids } = expectedOf(appends)
  must('events in the tables', [...ids].filter((id) => stored.has(id)).length, ids.size)
}

function expectedOf(appends: readonly RequestAppend[]) {
  const values = appends.flatMap(({ records }) => [...records.values()].flat())
  return {
    ids: new Set(appends.flatMap(({ ids }) => ids)),
    records: values.length,
    bytes: values.reduce((sum, { value }) => sum + value.length, 0),
  }
}

/** Ticks, and what the hub has derived itself, do not count. */
async function foundIn(log: EventLog, expected: ReadonlySet<string>) {
  const ids = new Set<string>()
  let records = 0
  let bytes = 0
  for (const shard of readShards(log)) {
    for await (const batch of log.read(shard, 0, 2_000)) {
      for (const { value } of batch) {
        const { id } = decodeEvent(value)
        if (!expected.has(id)) continue
        ids.add(id)
        records++
        bytes += value.length
      }
    }
  }
  return { ids, records, bytes }
}

function must(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found} where ${expected} were acknowledged`)
}
