import type { Command } from 'commander'
import { readConfig } from '../runtime/config.ts'
import { createProgressLine, describeProgress } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

export function addRebuild(program: Command, terminal: Terminal): void {
  program
    .command('rebuild')
    .description(
      'Fold the whole ledger into new tables, then put them in the place of the old ones.',
    )
    .option('--json', 'print the result as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.rebuild((progress) => line.show(describeProgress('rebuild', progress))),
      ).finally(() => line.end())
      if (json === true) {
        terminal.out(JSON.stringify(result))
        return
      }
      const before = new Map(result.before.map((check) => [check.table, check]))
      const rows = result.after.map(({ table, rows: count, checksum }) => {
        const old = before.get(table)
        const isSame = old?.checksum === checksum && old.rows === count
        return [table, String(count), checksum, isSame ? 'same' : `was ${old?.rows ?? 0} rows`]
      })
      terminal.out(textTable(['table', 'rows', 'checksum', ''], rows))
      terminal.out(
        result.isSame
          ? 'rebuilt: every table holds what it held before'
          : 'rebuilt: some tables hold other rows than before',
      )
    })
}
