import { InvalidArgumentError, type Command } from 'commander'
import {
  repairResources,
  type BackfillResult,
  type RepairResource,
} from '../../schemas/feeds/operations.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

interface BackfillOptions {
  readonly from: number
  readonly to: number
  readonly resource?: RepairResource[]
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addBackfill(program: Command, terminal: Terminal): void {
  program
    .command('backfill')
    .description('Read again what a source has told before, and add what the ledger lacks.')
    .argument('<source>', 'twilio')
    .requiredOption('--from <time>', 'from when on, such as 2026-03-10T08:00:00Z', toInstant)
    .requiredOption('--to <time>', 'until when, not included', toInstant)
    .option(
      '--resource <names>',
      `which lists, by commas: ${repairResources.join(', ')}; all that are configured if none is named`,
      toResources,
    )
    .option('--dry-run', 'count what is missing, and add nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nBroken off, the same command goes on where it was. Twilio keeps events for thirty days.',
    )
    .action(async (source: string, options: BackfillOptions) => {
      if (source !== 'twilio') throw new CommandFailure(`nothing can be read of ${source}`, 2)
      const { from, to, resource, dryRun = false, json } = options
      if (from >= to) throw new CommandFailure('--to must be after --from', 2)
      const line = createProgressLine(terminal)
      const request = { from, to, dryRun, ...(resource && { resources: resource }) }
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.backfill(request, ({ done, total, secondsLeft }) => {
          const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
          line.show(`backfill: ${percent} % of the time, ${describeSeconds(secondsLeft)} left`)
        }),
      ).finally(() => line.end())
      if (json === true) terminal.out(JSON.stringify(result))
      else describeResult(result).forEach((text) => terminal.out(text))
    })
}

function describeResult({ resources, dryRun, gapsClosed }: BackfillResult): readonly string[] {
  const head = ['list', 'read', dryRun ? 'missing' : 'added', 'known', 'refused', 'windows']
  const rows = resources.map(({ resource, read, added, known, refused, windows, skipped }) => [
    ...[resource, String(read), String(added), String(known), String(refused)],
    skipped === 0 ? String(windows) : `${windows}, and ${skipped} read before`,
  ])
  const gaps = gapsClosed === 1 ? '1 gap is closed' : `${gapsClosed} gaps are closed`
  return [textTable(head, rows), dryRun ? 'nothing was added' : gaps]
}

function toResources(text: string): RepairResource[] {
  const names = text.split(',').map((name) => name.trim())
  return names.map((name) => {
    const known = repairResources.find((each) => each === name)
    if (known !== undefined) return known
    throw new InvalidArgumentError(`It must be of ${repairResources.join(', ')}, by commas.`)
  })
}
