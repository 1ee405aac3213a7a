import { InvalidArgumentError, type Command } from 'commander'
import {
  auditSpanFaults,
  type AuditRequest,
  type AuditResult,
  type Difference,
} from '../../schemas/feeds/audit.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { toDurationMs, toInstant } from './option-values.ts'
import { createProgressLine, describeSeconds } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

interface AuditOptions {
  readonly from: string
  readonly to: string
  readonly piece: string
  readonly queue?: string
  readonly channel?: string
  readonly json?: boolean
}

export function addAudit(program: Command, terminal: Terminal): void {
  program
    .command('audit')
    .description(
      "Compare counts with TaskRouter's cumulative statistics, and class each difference.",
    )
    .argument('<source>', 'twilio')
    .requiredOption('--from <time>', 'from when on, on a quarter hour: 2026-03-10T08:00:00Z')
    .requiredOption('--to <time>', 'until when, not included; at least five minutes ago')
    .option('--piece <length>', 'the time that one question is about, 15m to 1d', '1h')
    .option('--queue <ids>', 'which queues, by commas; all if none is named')
    .option(
      '--channel <names>',
      'which task channels, by commas, each by itself; else all together',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nAsks once a queue and piece. Exits with 1 when a difference is unexplained. Statistics reach back thirty days.',
    )
    .action(async (source: string, options: AuditOptions) => {
      const request = readRequest(source, options)
      const line = createProgressLine(terminal)
      const result = await withHub(readConfig(terminal.env), terminal, (hub) =>
        hub.audit(request, ({ done, total, secondsLeft }) => {
          line.show(`audit: ${done} of ${total} questions, ${describeSeconds(secondsLeft)} left`)
        }),
      ).finally(() => line.end())
      if (options.json === true) terminal.out(JSON.stringify(result))
      else describeResult(result).forEach((text) => terminal.out(text))
      if (!result.isExplained) throw new CommandFailure('there are differences without explanation')
    })
}

/** What is asked for, or every fault of it at once. */
function readRequest(source: string, options: AuditOptions): AuditRequest {
  const faults: string[] = source === 'twilio' ? [] : [`nothing can be compared with ${source}`]
  const read = <T>(option: string, text: string, reader: (text: string) => T): T | null => {
    try {
      return reader(text)
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error
      faults.push(`--${option}: ${error.message}`)
      return null
    }
  }
  const from = read('from', options.from, toInstant)
  const to = read('to', options.to, toInstant)
  const pieceMinutes = read('piece', options.piece, toPieceMinutes)
  const queues = read('queue', options.queue ?? '', toNames)
  const channels = read('channel', options.channel ?? '', toNames)
  if (from !== null && to !== null) {
    for (const { field, detail } of auditSpanFaults({ from, to }, null)) {
      faults.push(`--${field} ${detail}`)
    }
  }
  if (faults.length > 0 || from === null || to === null || pieceMinutes === null) {
    throw new CommandFailure(faults.join('; '), 2)
  }
  return { from, to, pieceMinutes, ...(queues && { queues }), ...(channels && { channels }) }
}

function toPieceMinutes(text: string): number {
  const minutes = toDurationMs(text) / 60_000
  if (minutes >= 15 && minutes <= 1440 && minutes % 15 === 0) return minutes
  throw new InvalidArgumentError('It must be whole quarter hours, 15m to 1d.')
}

/** Null where nothing is named. */
function toNames(text: string): string[] | null {
  if (text === '') return null
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('It must be names, by commas.')
  return names
}

function describeResult(result: AuditResult): readonly string[] {
  const { compared, equal, questions, byDefinition, differences } = result
  const lines = [
    `${compared} numbers of ${questions} answers compared: ${equal} are equal, ${differences.length} differ other than by definition`,
  ]
  if (byDefinition.length > 0) {
    const rows = byDefinition.map(({ field, numbers, definition }) => [
      ...[field, String(numbers), definition],
    ])
    lines.push('', textTable(['differs by definition', 'numbers', 'definition'], rows))
  }
  if (differences.length > 0) {
    const head = ['class', 'queue', 'channel', 'from', 'to', 'field', 'ours', 'theirs', 'why']
    lines.push('', textTable(head, differences.map(rowOf)))
  }
  if (differences.some((difference) => difference.class === 'missing here')) {
    lines.push('', 'ledgerline backfill twilio adds what the ledger lacks')
  }
  return lines
}

function rowOf(difference: Difference): readonly string[] {
  const { queue, queueName, channel, from, to, field, ours, theirs, why, events } = difference
  return [
    ...[difference.class, queueName ?? queue, channel ?? 'all', timeOf(from), timeOf(to), field],
    ...[String(ours), theirs === null ? '' : String(theirs)],
    events.length === 0 ? why : `${why}: ${events.join(', ')}`,
  ]
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(':00.000Z', 'Z')
}
