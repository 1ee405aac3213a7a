import type { Command } from 'commander'
import { readAlertRules } from '../alerts/rules/alert-rules-file.ts'
import { addCheck } from './check-command.ts'
import type { Terminal } from './terminal.ts'

/** What fires by rules of your own. */
export function addAlerts(program: Command, terminal: Terminal): void {
  const alerts = program.command('alerts').description('Rules by which the hub raises alerts.')

  addCheck(alerts, terminal, {
    file: 'a file of rules',
    holds: 'rules in YAML',
    read: readAlertRules,
  })
}
