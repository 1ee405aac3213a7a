import type { Command } from 'commander'
import {
  explainedKinds,
  type ExplainedCell,
  type ExplainedEvent,
} from '../../schemas/feeds/explain.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { describeStretches } from './stretches-text.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

interface ExplainFlags {
  readonly queue?: string
  readonly channel?: string
  readonly direction?: string
  readonly zone?: string
  readonly limit?: string
  readonly json?: boolean
}

/** The field of the question that the name is put in. */
const nameFields: Readonly<Record<string, string>> = {
  queue: 'queue',
  agent: 'agent',
  conversation: 'channel',
}

export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command('explain')
    .description(
      'Why a number is what it is: the events behind it; or the numbers behind which an event is.',
    )
    .argument('<kind>', `${explainedKinds.join(', ')} or event`)
    .argument(
      '<name>',
      'id or name of the queue or agent, the channel of conversations, or the id of the event',
    )
    .argument('[interval]', 'when the interval begins, such as 2026-03-08T01:30-05:00')
    .argument('[metric]', 'such as answered_count, or answered')
    .option('--queue <name>', 'of an agent or of conversations: only in this queue')
    .option('--channel <name>', 'only of this channel')
    .option('--direction <name>', 'only in this direction')
    .option('--zone <name>', 'the zone of an interval without an offset', 'UTC')
    .option('--limit <count>', 'so many events at the most', '1000')
    .option('--json', 'print the answer as JSON')
    .action(
      async (
        kind: string,
        name: string,
        interval: string | undefined,
        metric: string | undefined,
        { json, ...flags }: ExplainFlags,
      ) => {
        const lines = (answer: unknown, text: () => readonly string[]) => {
          if (json === true) terminal.out(JSON.stringify(answer))
          else text().forEach((line) => terminal.out(line))
        }
        const config = readConfig(terminal.env)
        if (kind === 'event') {
          if (interval !== undefined)
            throw new CommandFailure('an event is asked for by its id alone', 2)
          const answer = await withHub(config, terminal, (hub) => hub.explainEvent(name))
          lines(answer, () => describeEvent(answer))
          return
        }
        const field = nameFields[kind]
        const faults = [
          ...(field === undefined
            ? [`there is no ${kind} to explain: ${explainedKinds.join(', ')} or event`]
            : []),
          ...(interval === undefined || metric === undefined
            ? ['an interval and a metric are needed']
            : []),
        ]
        if (field === undefined || interval === undefined || metric === undefined) {
          throw new CommandFailure(faults.join('; '), 2)
        }
        const question = { ...flags, kind, interval, metric, [field]: name }
        const answer = await withHub(config, terminal, (hub) => hub.explain(question))
        lines(answer, () => describeCell(answer))
      },
    )
}

function describeCell(answer: ExplainedCell): readonly string[] {
  const { table, metric, key, interval, stored, recomputed, isWhole } = answer
  const { shares, stretches, events } = answer
  const of = Object.values(key).join(', ')
  const lines = [`${metric} of ${of} from ${interval} (${table}): ${textOf(stored)}`]
  if (textOf(stored) !== textOf(recomputed)) {
    lines.push(`the ledger folds to ${textOf(recomputed)} as of ${answer.asOf}`)
  }
  if (shares.length > 0) {
    const rows = shares.map(({ entity, share }) => [entity, textOf(share)])
    lines.push('', textTable(['in it', 'share'], rows))
  }
  lines.push(...describeStretches(stretches))
  if (events.length > 0) {
    const head = ['event', 'type', 'at', 'received', 'source', 'road', 'task', 'agent']
    const rows = events.map(({ id, type, at, receivedAt, source, road, task, worker }) => [
      ...[id, type, at, receivedAt, source, road, task ?? '', worker ?? ''],
    ])
    lines.push('', textTable(head, rows))
  }
  if (!isWhole) lines.push('', 'there are more; --limit shows them')
  return lines
}

function describeEvent({ event, cells, isWhole }: ExplainedEvent): readonly string[] {
  const lines = [`${event.type} at ${event.at}, received ${event.receivedAt} from ${event.source}`]
  if (cells.length === 0) return [...lines, 'no number of an interval would be another without it']
  const head = ['table', 'interval', 'of', 'metric', 'through', 'share', 'without it']
  const rows = cells.map(({ table, interval, key, metric, entity, share, without }) => [
    ...[table, interval, Object.values(key).join(' '), metric, entity],
    ...[textOf(share), textOf(without)],
  ])
  lines.push('', textTable(head, rows))
  if (!isWhole) lines.push('', 'there are more than are shown')
  return lines
}

function textOf(value: number | readonly number[]): string {
  return typeof value === 'number' ? String(value) : value.join(' ')
}
