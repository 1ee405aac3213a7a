import { benchBoard } from './board.ts'
import { benchDashboards } from './dashboards.ts'
import { benchDelivery } from './delivery.ts'
import { benchExpressions } from './expressions.ts'
import type { PartReport } from './figure.ts'
import { benchFeed } from './feed.ts'
import { benchIngest } from './ingest.ts'
import { benchLatency } from './latency.ts'
import { machineFacts } from './machine.ts'
import { readOptions, type BenchOptions, type PartName } from './options.ts'
import { benchQuestions } from './questions.ts'
import { benchRebuild } from './rebuild.ts'
import { reportTable, writeResult } from './report.ts'
import { benchSources } from './sources.ts'
import { benchStorage } from './storage.ts'
import { benchStream } from './stream.ts'

// Measures, and judges nothing: what is slow today is for people to say. Whatever goes wrong ends the run without figures.

const options = readOptions(process.argv.slice(2))
const machine = machineFacts()
const startedAt = new Date()
const reports: Partial<Record<PartName, PartReport>> = {}
for (const name of options.parts) {
  process.stderr.write(`${name} …\n`)
  reports[name] = await run(name, options)
}

for (const [name, value] of Object.entries(machine)) {
  console.log(`${name.padEnd(12)}${typeof value === 'string' ? value : JSON.stringify(value)}`)
}
const figures = Object.values(reports).flatMap((report) => report.figures)
const details = Object.fromEntries(
  Object.entries(reports).map(([name, report]) => [name, report.details]),
)
console.log(`\n${reportTable(figures)}\n`)
const seconds = (Date.now() - startedAt.getTime()) / 1000
const file = await writeResult(
  { startedAt, seconds, options, machine, figures, details },
  startedAt,
)
console.log(`${seconds.toFixed(0)} s; ${file}`)

function run(
  name: PartName,
  { events, agents, probes, rounds, stream, tables }: BenchOptions,
): Promise<PartReport> {
  switch (name) {
    case 'ingest':
      return benchIngest(events)
    case 'sources':
      return benchSources(rounds)
    case 'rebuild':
      return benchRebuild(agents)
    case 'latency':
      return benchLatency(probes)
    case 'questions':
      return benchQuestions(tables)
    case 'storage':
      return benchStorage(agents)
    case 'expressions':
      return benchExpressions()
    case 'stream':
      return benchStream(stream)
    case 'delivery':
      return benchDelivery()
    case 'board':
      return benchBoard()
    case 'feed':
      return benchFeed({ workers: stream.workers, rate: stream.rate, seconds: stream.turns })
    case 'dashboards':
      return benchDashboards(tables)
  }
}
