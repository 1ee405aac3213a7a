import { askedBy, dashboardFiles } from '../test/support/dashboard-json.ts'
import { bucketMs, expanded, instantOf } from '../test/support/grafana.ts'
import { fillZoneOffsets } from '../services/runner/zone-offsets.ts'
import { systemClock } from '../services/runtime/clock.ts'
import { silentLogger } from '../services/runtime/logger.ts'
import { fillFacts } from './fact-rows.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { inFreshEngine } from './fresh-engine.ts'
import { fillQuarters, spanEnd } from './quarter-rows.ts'
import { quantilesOf } from './quantiles.ts'

const turns = 5
const all = ['$__all']

/** Who looks last sees most: the end of the evening of the last day. */
const now = spanEnd - 3_600_000

/** How long each query of each dashboard takes as it opens, on ninety days of a thousand agents; Grafana's own time is not in it. */
export function benchDashboards(): Promise<PartReport> {
  return inFreshEngine(async (warehouse) => {
    const clock = { ...systemClock, now: () => now }
    await fillZoneOffsets({ warehouse, clock, logger: silentLogger }).done
    const filled = [...(await fillQuarters(warehouse)), ...(await fillFacts(warehouse))]
    const figures: Figure[] = []
    for (const file of dashboardFiles()) {
      const [from, to] = [instantOf(file.time.from, now), instantOf(file.time.to, now)]
      for (const { by, sql, least } of askedBy(file)) {
        const chosen = { workspace: all, queue: all, channel: all, team: all }
        const statement = expanded(sql, {
          ...{ from, to, intervalMs: bucketMs(from, to, least) },
          chosen: { ...chosen, agent: ['WK77'], zone: ['America/New_York'] },
        })
        const times: number[] = []
        let rows = 0
        for (let turn = 0; turn <= turns; turn++) {
          const began = performance.now()
          rows = (await warehouse.query(statement)).length
          // The first finds nothing in memory yet.
          if (turn > 0) times.push(performance.now() - began)
        }
        const { p50, max } = quantilesOf(times)
        const note = `${rows} rows; slowest of ${turns} ${max.toFixed(0)} ms${p50 > targetMs ? `; over the target of ${targetMs} ms` : ''}`
        figures.push(figure({ name: by, value: p50, unit: 'ms', note }))
      }
    }
    return { figures, details: { filled, turns, targetMs } }
  })
}

const targetMs = 300
