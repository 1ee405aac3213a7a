import type { EventLog } from '../services/log/log.ts'
import { nameOf } from '../services/log/shards.ts'
import { openReplay } from '../services/runner/replay.ts'
import { readShards } from '../services/runner/shards.ts'
import { systemClock } from '../services/runtime/clock.ts'
import { createLogger } from '../services/runtime/logger.ts'
import type { Row, Warehouse } from '../services/warehouse/warehouse.ts'
import { inTempFolder } from './temp-folder.ts'

/** Rows that went to a table in one call. */
export interface Insert {
  readonly table: string
  readonly rows: readonly Row[]
}

/** Where each shard ends, by its name. */
export type Ends = ReadonlyMap<string, number>

export async function endsOf(log: EventLog): Promise<Ends> {
  const ends = new Map<string, number>()
  for (const shard of readShards(log)) {
    ends.set(nameOf(shard), (await log.end(shard.topic))[shard.partition] ?? 0)
  }
  return ends
}

/** Folds the whole log into the tables, as a rebuild does; `onInsert` hears what was written. Answers the milliseconds. */
export function timedReplay(
  log: EventLog,
  warehouse: Warehouse,
  ends: Ends,
  onInsert: (insert: Insert) => void = () => undefined,
): Promise<number> {
  return inTempFolder(async (stateFolder) => {
    const replay = openReplay({
      ...{ log, stateFolder, clock: systemClock, logger: createLogger('error') },
      warehouse: {
        ...warehouse,
        insert(table, rows) {
          onInsert({ table, rows })
          return warehouse.insert(table, rows)
        },
      },
      onProgress: () => undefined,
    })
    try {
      const began = performance.now()
      await replay.readTo((shard) => ends.get(nameOf(shard)) ?? 0)
      return performance.now() - began
    } finally {
      replay.close()
    }
  })
}
