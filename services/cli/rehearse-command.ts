import type { Command } from 'commander'
import type { OperationsClient } from '../../client/operations.ts'
import type { WorkProgress } from '../../schemas/feeds/operations.ts'
import type { YamlFile } from '../definitions/yaml-file.ts'
import { readConfig } from '../runtime/config.ts'
import { readChecked } from './checked-file.ts'
import { toDays, toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

/** A sort of file whose changes can be told before it is set. */
export interface Rehearsed<Result> {
  /** What is in the file. */
  readonly holds: string
  readonly takesLong: string
  /** What is gone through. */
  readonly counts: string
  readonly read: (text: string) => YamlFile<unknown>
  readonly rehearse: (
    hub: OperationsClient,
    file: string,
    asked: { readonly days: number; readonly from?: number | undefined },
    onProgress: (progress: WorkProgress) => void,
  ) => Promise<Result>
  readonly describe: (result: Result, path: string) => readonly string[]
}

interface RehearseOptions {
  readonly days: number
  readonly from?: number
  readonly json?: boolean
}

/** What a file would change. */
export function addRehearse<Result>(
  parent: Command,
  terminal: Terminal,
  { holds, takesLong, counts, read, rehearse, describe }: Rehearsed<Result>,
): void {
  parent
    .command('rehearse')
    .description('Tell what a file would change of the last days, and set nothing.')
    .argument('<file>', holds)
    .option('--days <count>', 'so many whole days back, in UTC, beside today', toDays, 30)
    .option(
      '--from <time>',
      'from when on it would hold, such as 2026-03-10T08:00:00Z; else from the beginning of these days',
      toInstant,
    )
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', `\n${takesLong}`)
    .action(async (path: string, { days, from, json }: RehearseOptions) => {
      const file = await readChecked(path, read)
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        rehearse(hub, file, { days, from }, ({ done, total, secondsLeft }) =>
          line.show(
            `rehearsal: ${done} of ${total} ${counts}, ${describeSeconds(secondsLeft)} left`,
          ),
        ),
      ).finally(() => line.end())
      if (json === true) terminal.out(JSON.stringify(result))
      else describe(result, path).forEach((text) => terminal.out(text))
    })
}
