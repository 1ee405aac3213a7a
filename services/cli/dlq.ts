import { Option, type Command } from 'commander'
import type { DeadLetterFilter } from '../../schemas/feeds/operations.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { toCount } from './option-values.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

interface FilterOptions extends DeadLetterFilter {
  readonly json?: boolean
}

/** What could not be understood. */
export function addDlq(program: Command, terminal: Terminal): void {
  const dlq = program
    .command('dlq')
    .description('Dead letters: what came in and could not be understood.')

  filtered(dlq.command('list').description('The letters that nobody has settled, oldest first.'))
    .option('--json', 'print one JSON object a line')
    .action(async ({ json, ...filter }: FilterOptions) => {
      const letters = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.deadLetters(filter),
      )
      if (json === true) {
        letters.forEach((letter) => terminal.out(JSON.stringify(letter)))
        return
      }
      if (letters.length === 0) {
        terminal.out('there are no dead letters')
        return
      }
      const rows = letters.map((letter) => [
        letter.id,
        new Date(letter.firstReceivedAt).toISOString(),
        String(letter.times),
        letter.source,
        letter.reason,
        letter.detail,
      ])
      terminal.out(textTable(['id', 'first received', 'times', 'source', 'reason', 'detail'], rows))
    })

  dlq
    .command('show')
    .description('One letter, with its body as it came.')
    .argument('<id>')
    .addOption(
      new Option('--body <how>', 'how the body is shown; it may hold personal data')
        .choices(['text', 'base64', 'none'])
        .default('text'),
    )
    .action(async (id: string, { body: how }: { body: string }) => {
      const { body, bodyEncoding, ...letter } = await withHub(
        readConfig(terminal.env),
        terminal,
        (hub) => hub.deadLetter(id),
      )
      const { headers, receivedAt, ...texts } = letter
      terminal.out(`received at: ${new Date(receivedAt).toISOString()}`)
      for (const [name, value] of Object.entries(texts)) {
        if (value !== null) terminal.out(`${name}: ${value}`)
      }
      for (const [name, value] of Object.entries(headers)) terminal.out(`header ${name}: ${value}`)
      if (how === 'none') return
      terminal.out('')
      terminal.out(how === 'text' ? Buffer.from(body, bodyEncoding).toString('utf8') : body)
    })

  filtered(dlq.command('redrive').description("Read letters again with today's code."))
    .option('--id <id>', 'only this letter')
    .option('--all', 'every open letter')
    .action(async ({ all, ...filter }: DeadLetterFilter & { all?: boolean }) => {
      // A word too few must not read again what somebody has left alone.
      if (all !== true && Object.keys(filter).length === 0) {
        throw new CommandFailure('say which: --id, --source, --reason, --limit or --all', 2)
      }
      const { resolved, open, events } = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.redrive(filter),
      )
      terminal.out(`${resolved} understood now (${events} events), ${open} still not`)
    })
}

function filtered(command: Command): Command {
  return command
    .option('--source <source>', 'only from this source, such as twilio-taskrouter')
    .option('--reason <reason>', 'only with this reason')
    .option('--limit <count>', 'only so many', toCount)
}
