import type { Command } from 'commander'
import { readIdentitiesFile } from '../definitions/identities-file.ts'
import { addCheck } from './check-command.ts'
import { readChecked } from './checked-file.ts'
import { exportsHub } from './exports-hub.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

/** By what WFM products know queues and agents. */
export function addIdentities(program: Command, terminal: Terminal): void {
  const identities = program
    .command('identities')
    .description('By which numbers, names and logons WFM products know queues and agents.')

  addCheck(identities, terminal, {
    ...{ file: 'a file of identities', holds: 'identities in YAML', read: readIdentitiesFile },
  })

  identities
    .command('set')
    .description('Put a file into force for its product, in place of all that was set before.')
    .argument('<file>', 'identities in YAML')
    .action(async (path: string) => {
      const file = await readChecked(path, readIdentitiesFile)
      const { target, version, isNew } = await (await exportsHub(terminal)).setIdentities(file)
      terminal.out(
        isNew
          ? `version ${version} of ${target} is in force`
          : `nothing is new: version ${version} of ${target} says the same`,
      )
    })

  identities
    .command('show')
    .description('What was set, and the numbers that the hub has given.')
    .argument('[target]', 'only of this product')
    .option('--json', 'print the answer as JSON')
    .action(async (only: string | undefined, { json }: { json?: boolean }) => {
      const answer = await (await exportsHub(terminal)).identities()
      const targets = answer.targets.filter(({ target }) => (only ?? target) === target)
      if (json === true) terminal.out(JSON.stringify({ targets }))
      else if (targets.length === 0) terminal.out('nothing is known')
      else {
        const rows = targets.flatMap(({ target, identities: told, assigned }) => [
          ...(told?.queues ?? []).map((one) => [
            ...[target, one.queue, one.channel ?? 'any', one.direction ?? 'any'],
            ...[one.leaveOut ? 'left out' : String(one.number ?? ''), one.name ?? '', 'set'],
          ]),
          ...(told?.agents ?? []).map((one) => [
            ...[target, one.agent, '', '', one.leaveOut ? 'left out' : (one.logon ?? '')],
            ...[one.name ?? '', 'set'],
          ]),
          ...assigned.map((one) => [
            ...[target, one.queue, one.channel, one.direction, String(one.number), '', 'given'],
          ]),
        ])
        const head = ['target', 'queue or agent', 'channel', 'direction', 'number or logon']
        terminal.out(textTable([...head, 'name', ''], rows))
      }
    })
}
