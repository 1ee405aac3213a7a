import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { readConfig } from '../runtime/config.ts'
import { readTwilioConfig } from '../routing/twilio-config.ts'
import { CommandFailure } from './failure.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

/** What no event tells and the hub needs to know. */
export function addImport(program: Command, terminal: Terminal): void {
  program
    .command('import')
    .description('Take in what no event tells.')
    .command('twilio-config')
    .description('How task queues and workflows are set up, for `explain` of tasks and what-if.')
    .argument('<files...>', "JSON of TaskRouter's REST API: resources, lists or pages of them")
    .addHelpText(
      'after',
      [
        '\nTwilio’s command line writes such files:',
        '  twilio api:taskrouter:v1:workspaces:task-queues:list --workspace-sid WS… -o json > queues.json',
        '  twilio api:taskrouter:v1:workspaces:workflows:list --workspace-sid WS… -o json > workflows.json',
        'If anything in them is wrong, nothing is imported.',
      ].join('\n'),
    )
    .action(async (paths: readonly string[]) => {
      const files = await Promise.all(paths.map(readJson))
      const faults = files.flatMap((file, index) => {
        const reading = readTwilioConfig(file)
        if (reading.kind === 'understood') return []
        return reading.faults.map(
          ({ path, detail }) => `\n  ${paths[index] ?? ''}: ${path}${path && ': '}${detail}`,
        )
      })
      if (faults.length > 0) throw new CommandFailure(`nothing is imported:${faults.join('')}`)
      const { queues, workflows } = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.importTwilioConfig(files),
      )
      terminal.out(`imported: ${queues} task queues, ${workflows} workflows`)
    })
}

/** What stands in a file of JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${path} cannot be read: ${reason}`, 2)
  }
}
