import type { Command } from 'commander'
import type { VerifyResult } from '../../schemas/feeds/operations.ts'
import { CommandFailure } from './failure.ts'
import { followJob, stopJob } from './job.ts'
import type { Terminal } from './terminal.ts'

export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .description('Work every row out again, from the ledger and from the facts, and compare.')
    .option('--json', 'print the result as JSON')
    .option('--cancel', 'end the one that is under way, and throw away what it has read so far')
    .addHelpText('after', '\nExits with 1 when there is a difference, and prints it.')
    .action(async ({ json, cancel }: { json?: boolean; cancel?: boolean }) => {
      if (cancel === true) {
        await stopJob(terminal)
        return
      }
      const result = await followJob(terminal, 'verify', (hub, onJob) => hub.verify(onJob))
      if (json === true) terminal.out(JSON.stringify(result))
      else for (const text of describeResult(result)) terminal.out(text)
      if (!result.isSame) throw new CommandFailure('the tables are not what the ledger says')
    })
}

function describeResult(result: VerifyResult): readonly string[] {
  const rows = result.tables.reduce((sum, table) => sum + table.rows, 0)
  if (result.isSame) {
    return [
      `no difference: ${rows} rows of ${result.tables.length} tables are what the ledger folds to,`,
      `and ${result.factsCompared} numbers of intervals are what the facts add up to`,
    ]
  }
  return [
    ...result.againstLog.map(
      ({ table, kind, row }) =>
        `${table}: ${kind === 'only here' ? 'does not follow from the ledger' : 'is missing'}: ${row}`,
    ),
    ...result.missingDerived.map((id) => `a derived event is not in the ledger: ${id}`),
    ...result.againstFacts.map(
      ({ table, key, metric, stored, recomputed }) =>
        `${table}: ${key}: ${metric} is ${stored}, and ${recomputed} by the facts`,
    ),
  ]
}
