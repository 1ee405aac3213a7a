import type { Command } from 'commander'
import { readMappingFile } from '../definitions/mapping-file.ts'
import { readConfig } from '../runtime/config.ts'
import { readChecked } from './checked-file.ts'
import { describeMappingRehearsal } from './mapping-text.ts'
import { toDays, toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

interface RehearseOptions {
  readonly days: number
  readonly from?: number
  readonly json?: boolean
}

/** What a file of mapping rules would change. */
export function addMappingRehearse(mapping: Command, terminal: Terminal): void {
  mapping
    .command('rehearse')
    .description('Tell what a file would change of the last days, and set nothing.')
    .argument('<file>', 'rules in YAML')
    .option('--days <count>', 'so many whole days back, in UTC, beside today', toDays, 30)
    .option(
      '--from <time>',
      'from when on it would hold, such as 2026-03-10T08:00:00Z; else from the beginning of these days',
      toInstant,
    )
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nMaps the time of every agent twice, so it may take minutes.')
    .action(async (path: string, { days, from, json }: RehearseOptions) => {
      const file = await readChecked(path, readMappingFile)
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.rehearseMapping(file, { days, from }, ({ done, total, secondsLeft }) =>
          line.show(`rehearsal: ${done} of ${total} agents, ${describeSeconds(secondsLeft)} left`),
        ),
      ).finally(() => line.end())
      if (json === true) terminal.out(JSON.stringify(result))
      else describeMappingRehearsal(result, path).forEach((text) => terminal.out(text))
    })
}
