import { join } from 'node:path'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { figure, type PartReport } from './figure.ts'
import { inFreshEngine } from './fresh-engine.ts'
import { fillLedger } from './simulated-ledger.ts'
import { inTempFolder } from './temp-folder.ts'
import { endsOf, timedReplay } from './timed-replay.ts'

/** What a table holds and takes on the disk. */
interface Held {
  readonly table: string
  readonly rows: number
  readonly bytes: number
}

/** How much the day of a centre takes in each table of the warehouse, for each of its events, when all is merged. */
export function benchStorage(agents: number): Promise<PartReport> {
  return inTempFolder(async (temp) => {
    const folder = join(temp, 'log')
    const events = await fillLedger(folder, agents)
    const log = await openEmbeddedLog({ folder })
    try {
      const held = await inFreshEngine(async (warehouse) => {
        await timedReplay(log, warehouse, await endsOf(log))
        return merged(warehouse)
      })
      const rows = held.reduce((sum, one) => sum + one.rows, 0)
      const bytes = held.reduce((sum, one) => sum + one.bytes, 0)
      return {
        figures: [...held, { table: 'all tables', rows, bytes }].map((one) =>
          toFigure(one, events),
        ),
        details: { agents, events, held },
      }
    } finally {
      await log.close()
    }
  })
}

/** Every table that holds anything, the largest first, each as one part a month. */
async function merged(warehouse: Warehouse): Promise<readonly Held[]> {
  const parts = `FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table`
  const filled = await warehouse.query<{ table: string }>(`SELECT table ${parts}`)
  for (const { table } of filled) await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`)
  return warehouse.query<Held>(
    `SELECT table, toUInt64(sum(rows)) AS rows, toUInt64(sum(bytes_on_disk)) AS bytes ${parts}
     HAVING rows > 0 ORDER BY bytes DESC`,
  )
}

function toFigure({ table, rows, bytes }: Held, events: number) {
  const note = `${rows} rows, ${(rows / events).toFixed(3)} for an event; ${(bytes / rows).toFixed(0)} bytes a row`
  return figure({ name: table, value: bytes / events, unit: 'bytes/event', note })
}
