import { join } from 'node:path'
import type { Role } from '../services/main.ts'
import { checkLedger, checkTables } from './acknowledged.ts'
import { bareAppends } from './appends.ts'
import { logFolder, startHub } from './hub.ts'
import { sendAll, type LoadReport } from './load.ts'
import type { PeakMemory } from './memory.ts'
import { inTempFolder } from './temp-folder.ts'
import type { Wave, Waves } from './waves.ts'

export interface IngestRun {
  /** Of the timed waves. */
  readonly reports: readonly WaveReport[]
  readonly peak: PeakMemory
}

export interface WaveReport extends LoadReport {
  /** From the first POST until the rows of the last event are in the tables; null where no role writes them. */
  readonly inTablesMs: number | null
}

/** All waves through the doors of one hub; each begins when what came before is in the tables. */
export function ingestOnce(own: readonly Role[], waves: Waves): Promise<IngestRun> {
  const { warmUp, timed, endAt } = waves
  const appends = [warmUp, ...timed].flatMap((wave) => wave.appends)
  const hasTables = own.includes('projections')
  return inTempFolder(async (folder) => {
    const hub = await startHub({ folder, roles: own, startAt: endAt })
    async function wave({ parcels, connections }: Wave): Promise<WaveReport> {
      const began = performance.now()
      const load = await sendAll(hub.url, parcels, connections)
      if (hasTables) await hub.caughtUp()
      return { ...load, inTablesMs: hasTables ? performance.now() - began : null }
    }
    try {
      await wave(warmUp)
      const reports: WaveReport[] = []
      for (const each of timed) reports.push(await wave(each))
      if (hasTables) await checkTables(hub.warehouseUrl, appends)
      const peak = await hub.end()
      await checkLedger(logFolder(folder), appends)
      return { reports, peak }
    } finally {
      await hub.close()
    }
  })
}

/** How long the bare log takes for each of the timed waves. */
export async function bareOnce({ warmUp, timed }: Waves): Promise<readonly number[]> {
  const groups = [warmUp, ...timed].map(({ appends, connections }) => ({
    appends,
    atOnce: connections,
  }))
  const [, ...times] = await inTempFolder((folder) => bareAppends(join(folder, 'bare'), groups))
  return times
}
