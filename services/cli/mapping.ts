import type { Command } from 'commander'
import type { MappingsAnswer } from '../../schemas/feeds/mappings.ts'
import { readMappingFile } from '../definitions/mapping-file.ts'
import { readConfig } from '../runtime/config.ts'
import { addCheck } from './check-command.ts'
import { readChecked } from './checked-file.ts'
import { describeCoverage, describeExplained, describeMappingRehearsal } from './mapping-text.ts'
import { toInstant } from './option-values.ts'
import { addRehearse } from './rehearse-command.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

/** What agents are called by WFM products. */
export function addMapping(program: Command, terminal: Terminal): void {
  const mapping = program
    .command('mapping')
    .description('What WFM products call what agents are and do: rules of one target a file.')

  addCheck(mapping, terminal, { file: 'a file', holds: 'rules in YAML', read: readMappingFile })

  addRehearse(mapping, terminal, {
    ...{ holds: 'rules in YAML', counts: 'agents' },
    takesLong: 'Maps the time of every agent twice, so it may take minutes.',
    read: readMappingFile,
    rehearse: (hub, ...asked) => hub.rehearseMapping(...asked),
    describe: describeMappingRehearsal,
  })

  mapping
    .command('set')
    .description('Put a file into force for its target. If it is refused, what is in force stays.')
    .argument('<file>', 'rules in YAML')
    .option(
      '--from <time>',
      'from when on it holds, such as 2026-03-10T08:00:00Z; else now',
      toInstant,
    )
    .addHelpText(
      'after',
      '\nFrom an earlier time it changes states that were told: rehearse tells what.',
    )
    .action(async (path: string, { from }: { from?: number }) => {
      const file = await readChecked(path, readMappingFile)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.setMapping(file, from),
      )
      const since = timeOf(result.from)
      terminal.out(
        result.isNew
          ? `version ${result.version} of ${result.target} holds from ${since}`
          : `nothing is new: version ${result.version} of ${result.target} says the same from ${since}`,
      )
    })

  mapping
    .command('show')
    .description('What is in force, and all that was ever set.')
    .argument('[target]', 'only of this WFM product')
    .option('--at <time>', 'what is in force at this time; else now', toInstant)
    .option('--json', 'print the answer as JSON')
    .action(async (target: string | undefined, { at, json }: { at?: number; json?: boolean }) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.mappings({ at, target }),
      )
      if (json === true) terminal.out(JSON.stringify(answer))
      else describeAnswer(answer, target).forEach((text) => terminal.out(text))
    })

  mapping
    .command('explain')
    .description('Tell why an agent is told to a target as he is, rule by rule.')
    .requiredOption('--target <name>', 'the WFM product')
    .requiredOption('--worker <sid>', 'the worker')
    .option('--at <time>', 'such as 2026-03-10T08:00:00Z; else now', toInstant)
    .option('--json', 'print the answer as JSON')
    .action(async ({ json, ...question }: ExplainOptions) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.explainMapping(question),
      )
      if (json === true) terminal.out(JSON.stringify(answer))
      else describeExplained(answer).forEach((text) => terminal.out(text))
    })

  mapping
    .command('coverage')
    .description('Tell which activities and contacts no rule maps, and for how long.')
    .option('--target <name>', 'only of this WFM product')
    .option('--from <time>', 'else seven days ago', toInstant)
    .option('--to <time>', 'else now', toInstant)
    .option('--json', 'print the answer as JSON')
    .action(async ({ json, ...span }: CoverageOptions) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.mappingCoverage(span),
      )
      if (json === true) terminal.out(JSON.stringify(answer))
      else describeCoverage(answer).forEach((text) => terminal.out(text))
    })
}

interface ExplainOptions {
  readonly target: string
  readonly worker: string
  readonly at?: number
  readonly json?: boolean
}

interface CoverageOptions {
  readonly target?: string
  readonly from?: number
  readonly to?: number
  readonly json?: boolean
}

function describeAnswer(
  { at, inForce, versions }: MappingsAnswer,
  target: string | undefined,
): readonly string[] {
  if (versions.length === 0) return ['no mapping was ever set']
  const rows = versions.map((one) => [
    ...[one.target, String(one.version), timeOf(one.from)],
    one.setAt === null ? '' : timeOf(one.setAt),
    inForce.some(({ target, version }) => target === one.target && version === one.version)
      ? 'in force'
      : '',
  ])
  const [only] = inForce
  return [
    `at ${timeOf(at)}:`,
    textTable(['target', 'version', 'from', 'set', ''], rows),
    ...(target === undefined || only === undefined
      ? []
      : ['', JSON.stringify(only.mapping, null, 2)]),
  ]
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
