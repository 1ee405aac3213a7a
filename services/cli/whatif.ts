import { InvalidArgumentError, type Command } from 'commander'
import type { WhatIfQuestion } from '../../schemas/feeds/whatif.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { readJson } from './import.ts'
import { toCount, toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { describeWhatIf } from './whatif-text.ts'
import { withHub } from './with-hub.ts'

interface WhatIfCommandOptions {
  readonly day?: number
  readonly from?: number
  readonly to?: number
  readonly workflow?: string
  readonly staff: readonly StaffOption[]
  readonly workspace?: string
  readonly seed: string
  readonly runs: number
  readonly json?: boolean
}

interface StaffOption {
  readonly queue: string
  readonly by: number
}

/** What would have become of a past day under other workflows, or with others at work. */
export function addWhatIf(program: Command, terminal: Terminal): void {
  program
    .command('whatif')
    .description('Replay a past stretch as it was routed, or otherwise, and compare.')
    .option('--day <date>', 'a whole day in UTC, such as 2026-03-08', toDay)
    .option('--from <time>', 'or from when on, such as 2026-03-08T08:00:00Z', toInstant)
    .option('--to <time>', 'and until when', toInstant)
    .option('--workflow <file>', 'route by this: JSON as of TaskRouter’s REST API')
    .option(
      '--staff <change>',
      'a queue, and how many workers more or fewer, such as Support=+2; may be repeated',
      toStaff,
      [],
    )
    .option('--workspace <sid>', 'of which workspace, where there are several')
    .option('--seed <text>', 'what is not recorded is drawn by this', '1')
    .option('--runs <count>', 'how often it is replayed, 2 to 200', toCount, 10)
    .option('--json', 'print the answer as JSON')
    .addHelpText(
      'after',
      [
        '\nWithout a file it is routed as `ledgerline import twilio-config` has told. The file holds what',
        'import takes, or the configuration of the only workflow. docs/what-if.md tells more.',
      ].join('\n'),
    )
    .action(async ({ json, ...options }: WhatIfCommandOptions) => {
      const question = await toQuestion(options)
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.whatIf(question, ({ done, total, secondsLeft }) =>
          line.show(`what-if: ${done} of ${total} runs, ${describeSeconds(secondsLeft)} left`),
        ),
      ).finally(() => line.end())
      if (json === true) terminal.out(JSON.stringify(result))
      else describeWhatIf(result).forEach((text) => terminal.out(text))
    })
}

async function toQuestion(options: WhatIfCommandOptions): Promise<WhatIfQuestion> {
  const { workflow, workspace, seed, runs, staff } = options
  const { from, to } = toSpan(options)
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...{ seed, runs, staff: [...staff] },
    ...(workspace === undefined ? {} : { workspace }),
    ...(workflow === undefined ? {} : { routing: await readJson(workflow) }),
  }
}

function toSpan({ day, from, to }: WhatIfCommandOptions) {
  if (day !== undefined && from === undefined && to === undefined) {
    return { from: day, to: day + dayMs }
  }
  if (day === undefined && from !== undefined && to !== undefined) return { from, to }
  throw new CommandFailure('say which stretch: --day, or --from and --to')
}

const dayMs = 86_400_000

function toDay(text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`)
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at)
  if (isDate && new Date(at).toISOString().startsWith(text)) return at
  throw new InvalidArgumentError('It must be a date, such as 2026-03-08.')
}

function toStaff(text: string, before: readonly StaffOption[]): readonly StaffOption[] {
  const [, queue, by] = /^(.+)=([+-]?[1-9]\d{0,2})$/.exec(text) ?? []
  if (queue !== undefined && by !== undefined) return [...before, { queue, by: Number(by) }]
  throw new InvalidArgumentError('It must be a queue and a number, such as Support=+2.')
}
