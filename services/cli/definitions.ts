import type { Command } from 'commander'
import type { DefinitionsAnswer } from '../../schemas/feeds/definitions.ts'
import { readDefinitionsFile } from '../definitions/definitions-file.ts'
import { readConfig } from '../runtime/config.ts'
import { addCheck } from './check-command.ts'
import { readChecked } from './checked-file.ts'
import { addRehearse } from './rehearse-command.ts'
import { describeRehearsal } from './rehearsal-text.ts'
import { toInstant } from './option-values.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

/** By what numbers are counted. */
export function addDefinitions(program: Command, terminal: Terminal): void {
  const definitions = program
    .command('definitions')
    .description('By what numbers are counted: thresholds, reasons, activities, sites.')

  addCheck(definitions, terminal, {
    file: 'a file',
    holds: 'definitions in YAML',
    read: readDefinitionsFile,
  })

  addRehearse(definitions, terminal, {
    ...{ holds: 'definitions in YAML', counts: 'contacts and agents' },
    takesLong: 'Counts all of these days twice, so it may take minutes.',
    read: readDefinitionsFile,
    rehearse: (hub, ...asked) => hub.rehearseDefinitions(...asked),
    describe: describeRehearsal,
  })

  definitions
    .command('set')
    .description('Put a file into force. If it is refused, what is in force stays.')
    .argument('<file>', 'definitions in YAML')
    .option(
      '--from <time>',
      'from when on it holds, such as 2026-03-10T08:00:00Z; else now',
      toInstant,
    )
    .addHelpText(
      'after',
      '\nFrom an earlier time it changes rows that are out: rehearse tells what before, /v1/restatements after.',
    )
    .action(async (path: string, { from }: { from?: number }) => {
      const file = await readChecked(path, readDefinitionsFile)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.setDefinitions(file, from),
      )
      const since = timeOf(result.from)
      terminal.out(
        result.isNew
          ? `version ${result.version} holds from ${since}`
          : `nothing is new: version ${result.version} says the same from ${since}`,
      )
    })

  definitions
    .command('show')
    .description('What is in force, and all that was ever set.')
    .option('--at <time>', 'what is in force at this time; else now', toInstant)
    .option('--json', 'print the answer as JSON')
    .action(async ({ at, json }: { at?: number; json?: boolean }) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) => hub.definitions(at))
      if (json === true) terminal.out(JSON.stringify(answer))
      else describeAnswer(answer).forEach((text) => terminal.out(text))
    })
}

function describeAnswer({ at, inForce, versions }: DefinitionsAnswer): readonly string[] {
  const settings = Object.entries(inForce.definitions).filter(([name]) => name !== 'version')
  const rows = versions.map(({ version, from, setAt }) => [
    ...[String(version), from === null ? '' : timeOf(from), setAt === null ? '' : timeOf(setAt)],
    version === inForce.version ? 'in force' : '',
  ])
  return [
    inForce.version === 0
      ? `at ${timeOf(at)} the defaults hold`
      : `at ${timeOf(at)} version ${inForce.version} holds`,
    ...(rows.length === 0 ? [] : ['', textTable(['version', 'from', 'set', ''], rows)]),
    ...['', JSON.stringify(Object.fromEntries(settings), null, 2)],
  ]
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
