import type { Command } from 'commander'
import { readAlertRules } from '../alerts/rules/alert-rules-file.ts'
import { readChecked } from './checked-file.ts'
import type { Terminal } from './terminal.ts'

/** What fires by rules of your own. */
export function addAlerts(program: Command, terminal: Terminal): void {
  const alerts = program.command('alerts').description('Rules by which the hub raises alerts.')

  alerts
    .command('check')
    .description('Tell every fault of a file of rules, with its line; asks no hub.')
    .argument('<file>', 'rules in YAML')
    .action(async (path: string) => {
      await readChecked(path, readAlertRules)
      terminal.out(`${path} is right`)
    })
}
