import type { Command } from 'commander'
import { followJob, stopJob } from './job.ts'
import { toDate } from './option-values.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

interface RebuildOptions {
  readonly from?: string
  readonly json?: boolean
  readonly cancel?: boolean
}

export function addRebuild(program: Command, terminal: Terminal): void {
  program
    .command('rebuild')
    .description(
      'Fold the whole ledger into new tables, then put them in the place of the old ones.',
    )
    .option(
      '--from <date>',
      'only what lies in the month of this date, in UTC, and after it; months before stay as they are',
      toDate,
    )
    .option('--json', 'print the result as JSON')
    .option('--cancel', 'end the one that is under way, and throw away what it has read so far')
    .action(async ({ from, json, cancel }: RebuildOptions) => {
      if (cancel === true) {
        await stopJob(terminal)
        return
      }
      const command = from === undefined ? 'rebuild' : `rebuild --from ${from}`
      const result = await followJob(terminal, command, (hub, onJob) => hub.rebuild(onJob, from))
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
