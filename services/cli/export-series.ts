import { Option, type Command } from 'commander'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import {
  seriesAttributions,
  seriesFormats,
  seriesIntervals,
  seriesKinds,
  type ForecastSeriesQuery,
} from '../../schemas/feeds/forecast-series.ts'
import { exportsHub } from './exports-hub.ts'
import { CommandFailure } from './failure.ts'
import type { Terminal } from './terminal.ts'

type SeriesOptions = Pick<
  ForecastSeriesQuery,
  'from' | 'to' | 'by' | 'interval' | 'attribution' | 'format' | 'zone' | 'site'
> & {
  readonly direction?: string
  readonly queue?: string
  readonly channel?: string
  readonly out?: string
}

/** What a forecast is made of, as a file. */
export function addExportSeries(parent: Command, terminal: Terminal): void {
  parent
    .command('series')
    .description('Series for forecasting: volume, handle time, service level and backlog.')
    .requiredOption('--from <time>', 'in ISO 8601; without an offset in the zone, a date is a day')
    .requiredOption('--to <time>', 'not included')
    .addOption(
      new Option('--by <what>', 'a series a channel, a queue, or a queue and channel (a skill)')
        .choices(seriesKinds)
        .default('skill'),
    )
    .addOption(
      new Option('--interval <length>', 'minutes a row, or a local day')
        .choices(seriesIntervals)
        .default('15'),
    )
    .addOption(
      new Option('--attribution <which>', 'work by the interval of its arrival, or of its end')
        .choices(seriesAttributions)
        .default('arrival'),
    )
    .addOption(new Option('--format <format>', 'of the file').choices(seriesFormats).default('csv'))
    .option('--zone <zone>', 'whose local time the rows are in, such as America/New_York; else UTC')
    .option('--site <site>', 'of the definitions, instead of a zone')
    .option('--direction <list>', 'with commas between them; else inbound')
    .option('--queue <ids>', 'only these, with commas between them')
    .option('--channel <names>', 'only these, with commas between them')
    .option('--out <file>', 'where it is written; else to standard output')
    .action((options: SeriesOptions) => runSeries(options, terminal))
}

async function runSeries({ out, ...asked }: SeriesOptions, terminal: Terminal): Promise<void> {
  if (out === undefined && asked.format === 'parquet' && terminal.output.isTerminal) {
    throw new CommandFailure('Parquet is no text: say --out, or send it to a file or a pipe', 2)
  }
  const body = await (await exportsHub(terminal)).series(asked)
  if (out === undefined) await pipeline(body, terminal.output.stream, { end: false })
  else {
    await pipeline(body, createWriteStream(out))
    terminal.out(out)
  }
}
