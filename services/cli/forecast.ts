import { Option, type Command } from 'commander'
import { forecastFormats, type ForecastFormat } from '../../schemas/feeds/forecasts.ts'
import { readConfig } from '../runtime/config.ts'
import { toInstant } from './option-values.ts'
import { readText } from './read-text.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

/** What is expected to come. */
export function addForecast(program: Command, terminal: Terminal): void {
  const forecast = program
    .command('forecast')
    .description(
      'What is forecast of queues, channels and skills: every reading is kept with its time.',
    )

  forecast
    .command('import')
    .description('Take forecasts in. If anything in the file is wrong, nothing is.')
    .argument('<file>', 'as a WFM product has made it')
    .addOption(
      new Option('--format <name>', 'what the file is').choices(forecastFormats).default('csv'),
    )
    .option('--zone <zone>', 'of times without an offset, such as America/New_York', 'UTC')
    .option('--from <time>', 'of what time the file tells, from here on; else its first interval')
    .option('--to <time>', 'the end, not included; else the end of its last interval')
    .addOption(
      new Option(
        '--interval-minutes <number>',
        'how long an interval is; else the least distance of two',
      ).choices(['15', '30', '60']),
    )
    .option('--workspace <sid>', 'of forecasts that are of no queue')
    .option('--read-at <time>', 'when it was read, for forecasts of the past; else now', toInstant)
    .action(async (path: string, { readAt, intervalMinutes, ...asked }: ImportOptions) => {
      const body = await readText(path)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.importForecasts(body, {
          ...{ ...asked, read_at: readAt, interval_minutes: intervalMinutes },
        }),
      )
      const { set, unchanged, unknown } = result
      const of = `${timeOf(result.from)} to ${timeOf(result.to)}`
      terminal.out(
        `${set} days of forecasts are set, ${unchanged} say what they said before: ${of}`,
      )
      for (const { queue, place, field, detail } of unknown) {
        terminal.out(`not taken in: ${place} ${field}: ${queue} ${detail}`)
      }
    })
}

interface ImportOptions {
  readonly format: ForecastFormat
  readonly zone: string
  readonly from?: string
  readonly to?: string
  readonly intervalMinutes?: string
  readonly workspace?: string
  readonly readAt?: number
}

function timeOf(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}
