import { roles } from '../services/main.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { checkLedger } from './acknowledged.ts'
import { appendsOf } from './appends.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { logFolder, startHub } from './hub.ts'
import { openDoor } from './load.ts'
import { memoryFigures } from './memory-figures.ts'
import { createProbing, type Probe } from './probing.ts'
import { quantilesOf } from './quantiles.ts'
import { sendSteadily } from './steady-load.ts'
import { watchStream } from './stream-watch.ts'
import { inTempFolder } from './temp-folder.ts'
import { asCallbacks, createTraffic, type Traffic } from './traffic.ts'

const loadPerSecond = 200
/** About forty minutes of the centre, so that nothing comes too late for the live state, and a minute of load. */
const loadEvents = 12_000
const loadConnections = 16
const workersCount = 4
const warmUpProbes = 40
const quietProbes = 60

/** How long a change is on its way from a webhook to those who look at the stream. */
export function benchLatency(probesCount: number): Promise<PartReport> {
  const traffic = createTraffic(loadEvents)
  return inTempFolder(async (folder) => {
    const hub = await startHub({ folder, roles, startAt: traffic.endAt })
    const door = openDoor(hub.url, loadConnections + workersCount)
    const watch = watchStream(hub.url)
    try {
      const run = createProbing(traffic, door, watch, workersCount)
      await run.setUp()
      await run.probes(warmUpProbes, { workers: workersCount, restMs: 0 })
      // Rests longer than changes are gathered for: each change goes out at once.
      const quiet = await run.probes(quietProbes, { workers: 1, restMs: 220 })

      const stop = new AbortController()
      const loading = sendSteadily(door, callbacksOf(traffic), loadPerSecond, stop.signal)
      const probing = run
        .probes(probesCount, { workers: workersCount, restMs: 0 })
        .finally(() => stop.abort())
      const [load, loaded] = await Promise.all([loading, probing])

      watch.close()
      const peak = await hub.end()
      const sent = [...run.sent, ...load.sent]
      await checkLedger(logFolder(folder), appendsOf(sent, traffic.endAt + 240_000))
      return {
        figures: [
          ...figuresOf(`${load.perSecond.toFixed(0)} events/s`, loaded),
          ...figuresOf('no load', quiet),
          ...memoryFigures('latency', peak),
        ],
        details: { loadPerSecond: load.perSecond, loadEvents: load.sent.length, loaded, quiet },
      }
    } finally {
      watch.close()
      door.close()
      await hub.close()
    }
  })
}

function* callbacksOf({ events, centre }: Traffic): Generator<Parcel> {
  for (const event of events) yield* asCallbacks([event], centre)
}

function figuresOf(load: string, probes: readonly Probe[]): readonly Figure[] {
  const seen = quantilesOf(probes.map(({ seenMs }) => seenMs))
  const answered = quantilesOf(probes.map(({ answeredMs }) => answeredMs))
  const note = `${seen.count} probes; bare: the same POSTs to their answer`
  return (['p50', 'p99', 'max'] as const).map((name) =>
    figure({
      name: `webhook to stream, ${load}, ${name}`,
      ...{ value: seen[name], unit: 'ms', bare: answered[name] },
      note: name === 'p50' ? note : '',
    }),
  )
}
