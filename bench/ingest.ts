import { roles } from '../services/main.ts'
import { eventsCount, recordsCount } from './appends.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { bareOnce, ingestOnce, type WaveReport } from './ingest-run.ts'
import type { LoadReport } from './load.ts'
import { memoryFigures } from './memory-figures.ts'
import { quantilesOf } from './quantiles.ts'
import { createWaves, type Wave } from './waves.ts'

/** Of several the one in the middle counts: how long a flush takes differs. */
const bareRounds = 3

/** How many events a second the hub acknowledges as durable, and how many the log could take at best. */
export async function benchIngest(eventsByBatches: number): Promise<PartReport> {
  const waves = createWaves(eventsByBatches)
  const whole = await ingestOnce(roles, waves)
  const door = await ingestOnce(['ingest'], waves)
  const bareRuns: (readonly number[])[] = []
  for (let round = 0; round < bareRounds; round++) bareRuns.push(await bareOnce(waves))

  const figures = waves.timed.flatMap((wave, index) => {
    const [ofWhole, ofDoor] = [whole.reports[index], door.reports[index]]
    if (ofWhole === undefined || ofDoor === undefined) throw new Error('a wave without a report')
    const bareMs = quantilesOf(bareRuns.map((times) => times[index] ?? NaN)).p50
    return figuresOf(wave, ofWhole, ofDoor, bareMs)
  })
  return {
    figures: [...figures, ...memoryFigures('ingest', whole.peak)],
    details: {
      waves: waves.timed.map(({ name, parcels, appends, connections }) => ({
        ...{ name, connections, requests: parcels.length },
        ...{ events: eventsCount(appends), records: recordsCount(appends) },
      })),
      ...{ whole, door, bareRuns },
    },
  }
}

function figuresOf(
  { name, parcels, appends, connections }: Wave,
  whole: WaveReport,
  door: WaveReport,
  bareMs: number,
): readonly Figure[] {
  const rate = (ms: number) => (eventsCount(appends) * 1000) / ms
  const against = { unit: 'events/s', bare: rate(bareMs) } as const
  const bareRecords = (recordsCount(appends) * 1000) / bareMs
  const rows = [
    figure({
      name: `ingest ${name}, whole hub`,
      ...{ value: rate(whole.ms), ...against },
      note: `${parcels.length} requests, ${connections} connections; ${answered(whole)}`,
    }),
    figure({
      name: `ingest ${name}, role ingest alone`,
      ...{ value: rate(door.ms), ...against },
      note: `${answered(door)}; bare: ${bareRecords.toFixed(0)} records/s`,
    }),
  ]
  if (whole.inTablesMs === null) return rows
  const value = rate(whole.inTablesMs)
  const note = 'from the first request to the last row'
  return [...rows, figure({ name: `ingest ${name}, to the tables`, value, ...against, note })]
}

function answered({ answeredMs: { p50, p99 }, senderBusy }: LoadReport): string {
  const share = (senderBusy * 100).toFixed(0)
  return `answered in p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms; sender at ${share} % of a core`
}
