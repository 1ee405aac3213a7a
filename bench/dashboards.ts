import { askedBy, dashboardFiles } from '../test/support/dashboard-json.ts'
import { bucketMs, expanded, instantOf } from '../test/support/grafana.ts'
import { fillZoneOffsets } from '../services/runner/zone-offsets.ts'
import { systemClock } from '../services/runtime/clock.ts'
import { silentLogger } from '../services/runtime/logger.ts'
import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { fillFacts } from './fact-rows.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { inKeptEngine } from './fresh-engine.ts'
import { forgetPeak, peakBytes, residentBytes, workedMs } from './memory.ts'
import { fillQuarters, spanEnd } from './quarter-rows.ts'
import { quantilesOf } from './quantiles.ts'

const turns = 5
const all = ['$__all']

/** Who looks last sees most: the end of the evening of the last day. */
const now = spanEnd - 3_600_000

/** How long each query of each dashboard takes as it opens, on ninety days of a thousand agents; Grafana's own time is not in it. */
export function benchDashboards(folder: string | null): Promise<PartReport> {
  return inKeptEngine(folder, async (warehouse, pid) => {
    const clock = { ...systemClock, now: () => now }
    await fillZoneOffsets({ warehouse, clock, logger: silentLogger }).done
    const filled = [...(await fillQuarters(warehouse)), ...(await fillFacts(warehouse))]
    const figures: Figure[] = []
    const known = new Map<string, Measured>()
    for (const file of dashboardFiles()) {
      const [from, to] = [instantOf(file.time.from, now), instantOf(file.time.to, now)]
      for (const { by, sql, least } of askedBy(file)) {
        const chosen = { workspace: all, queue: all, channel: all, team: all }
        const statement = expanded(sql, {
          ...{ from, to, intervalMs: bucketMs(from, to, least) },
          chosen: { ...chosen, agent: ['WK77'], zone: ['America/New_York'] },
        })
        // Variables and marks are the same on every dashboard.
        const measured = known.get(statement) ?? (await measure(warehouse, pid, statement))
        known.set(statement, measured)
        figures.push(figure({ name: by, value: measured.ms, unit: 'ms', note: noteOf(measured) }))
      }
    }
    return { figures, details: { filled, turns, targetMs } }
  })
}

const targetMs = 300

interface Measured {
  /** From asking to having the answer, the middle one of the turns. */
  readonly ms: number
  readonly slowestMs: number
  /** What cores worked for it in the engine, on average; null: unknown. */
  readonly coreMs: number | null
  /** What the engine held at most, more than before; null: unknown. */
  readonly bytes: number | null
  readonly rows: number
}

async function measure(warehouse: Warehouse, pid: number | null, sql: string): Promise<Measured> {
  // The first finds nothing in memory yet.
  let { length: rows } = await warehouse.query(sql)
  const times: number[] = []
  const isForgotten = pid !== null && forgetPeak(pid)
  const heldBefore = pid === null ? null : residentBytes(pid)
  const workedBefore = pid === null ? null : workedMs(pid)
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now()
    rows = (await warehouse.query(sql)).length
    times.push(performance.now() - began)
  }
  const worked = pid === null ? null : workedMs(pid)
  const held = isForgotten ? peakBytes(pid) : null
  const { p50, max } = quantilesOf(times)
  return {
    ...{ ms: p50, slowestMs: max, rows },
    coreMs: worked === null || workedBefore === null ? null : (worked - workedBefore) / turns,
    bytes: held === null || heldBefore === null ? null : Math.max(0, held - heldBefore),
  }
}

function noteOf({ ms, slowestMs, coreMs, bytes, rows }: Measured): string {
  return [
    `${rows} rows`,
    `slowest of ${turns} ${slowestMs.toFixed(0)} ms`,
    ...(coreMs === null ? [] : [`cores ${coreMs.toFixed(0)} ms`]),
    ...(bytes === null ? [] : [`+${(bytes / 2 ** 20).toFixed(0)} MiB`]),
    ...(ms > targetMs ? [`over the target of ${targetMs} ms`] : []),
  ].join('; ')
}
