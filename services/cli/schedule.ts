import { Option, type Command } from 'commander'
import {
  scheduleFormats,
  type AgentSchedule,
  type ScheduleFormat,
} from '../../schemas/feeds/schedules.ts'
import { readConfig } from '../runtime/config.ts'
import { toInstant } from './option-values.ts'
import { readText } from './read-text.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

/** What agents are to do. */
export function addSchedule(program: Command, terminal: Terminal): void {
  const schedule = program
    .command('schedule')
    .description('What is planned for agents: every reading is kept with its time.')

  schedule
    .command('import')
    .description('Take plans in. If anything in the file is wrong, nothing is.')
    .argument('<file>', 'as a WFM product has planned it')
    .addOption(
      new Option('--format <name>', 'what the file is').choices(scheduleFormats).default('csv'),
    )
    .option('--zone <zone>', 'of times without an offset, such as America/New_York', 'UTC')
    .option('--from <time>', 'of what time the file tells, from here on; else its first segment')
    .option('--to <time>', 'the end, not included; else the end of its last segment')
    .option('--read-at <time>', 'when it was read, for plans of the past; else now', toInstant)
    .action(async (path: string, { readAt, ...asked }: ImportOptions) => {
      const body = await readText(path)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.importSchedules(body, { ...asked, read_at: readAt }),
      )
      const { set, unchanged, unknown } = result
      const of = `${timeOf(result.from)} to ${timeOf(result.to)}`
      terminal.out(`${set} plans are set, ${unchanged} say what they said before: ${of}`)
      for (const { agent, place, field, detail } of unknown) {
        terminal.out(`not taken in: ${place} ${field}: ${agent} ${detail}`)
      }
    })

  schedule
    .command('show')
    .description('What is planned for an agent, today or in another stretch of time.')
    .argument('<agent>', 'the worker, by sid')
    .option('--from <time>', 'else the beginning of today, in UTC', toInstant)
    .option('--to <time>', 'else a day later', toInstant)
    .option('--at <time>', 'by what had been read by then; else now', toInstant)
    .option('--json', 'print the answer as JSON')
    .action(async (agent: string, { json, ...asked }: ShowOptions) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.schedule(agent, asked),
      )
      if (json === true) terminal.out(JSON.stringify(answer))
      else describeSchedule(answer).forEach((text) => terminal.out(text))
    })
}

interface ImportOptions {
  readonly format: ScheduleFormat
  readonly zone: string
  readonly from?: string
  readonly to?: string
  readonly readAt?: number
}

interface ShowOptions {
  readonly from?: number
  readonly to?: number
  readonly at?: number
  readonly json?: boolean
}

function describeSchedule({ segments, unread, versions }: AgentSchedule): readonly string[] {
  if (versions.length === 0) return ['no plan of that time was read']
  const rows = segments.map(({ from, to, code, name, tracked, readAt }) => [
    ...[timeOf(from), timeOf(to), code, name, tracked ? '' : 'not measured', timeOf(readAt)],
  ])
  return [
    textTable(['from', 'to', 'code', 'name', '', 'read'], rows),
    ...unread.map(({ from, to }) => `no plan was read of ${timeOf(from)} to ${timeOf(to)}`),
    `${versions.length} readings tell of that time`,
  ]
}

function timeOf(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}
