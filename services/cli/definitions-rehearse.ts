import type { Command } from 'commander'
import { readDefinitionsFile } from '../definitions/definitions-file.ts'
import { readConfig } from '../runtime/config.ts'
import { readChecked } from './checked-file.ts'
import { toDays, toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import { describeRehearsal } from './rehearsal-text.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

interface RehearseOptions {
  readonly days: number
  readonly from?: number
  readonly json?: boolean
}

/** What a file would change. */
export function addRehearse(definitions: Command, terminal: Terminal): void {
  definitions
    .command('rehearse')
    .description('Tell what a file would change of the last days, and set nothing.')
    .argument('<file>', 'definitions in YAML')
    .option('--days <count>', 'so many whole days back, in UTC, beside today', toDays, 30)
    .option(
      '--from <time>',
      'from when on it would hold, such as 2026-03-10T08:00:00Z; else from the beginning of these days',
      toInstant,
    )
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nCounts all of these days twice, so it may take minutes.')
    .action(async (path: string, { days, from, json }: RehearseOptions) => {
      const file = await readChecked(path, readDefinitionsFile)
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.rehearseDefinitions(file, { days, from }, ({ done, total, secondsLeft }) =>
          line.show(
            `rehearsal: ${done} of ${total} contacts and agents, ${describeSeconds(secondsLeft)} left`,
          ),
        ),
      ).finally(() => line.end())
      if (json === true) terminal.out(JSON.stringify(result))
      else describeRehearsal(result, path).forEach((text) => terminal.out(text))
    })
}
