import type { RehearsalResult } from '../../schemas/feeds/rehearsal.ts'
import { textTable } from './text-table.ts'

type Change = RehearsalResult['changes'][number]
type Example = RehearsalResult['examples'][number]

/** A rehearsal as a planner reads it; `path` is the file that was rehearsed. */
export function describeRehearsal(result: RehearsalResult, path: string): readonly string[] {
  const { version, isNew, from, since, intervalMinutes, entities, changes } = result
  if (!isNew) return [`nothing is new: version ${version} says the same from ${timeOf(from)}`]
  const lengths = intervalMinutes
  const ofLength =
    lengths.old === lengths.new
      ? []
      : [
          `all intervals of the ledger would be of ${lengths.new} minutes instead of ${lengths.old}, and every row written anew`,
        ]
  const counted = `${entities.toLocaleString('en-US')} contacts and agents were counted both ways, since ${timeOf(since)}`
  const heading = `version ${version} from ${timeOf(from)}: ${counted}`
  if (changes.length === 0) {
    return [heading, ...ofLength, 'no sum of an interval table would be another']
  }
  return [
    heading,
    ...ofLength,
    ...tablesIn(changes).flatMap((table) => describeTable(table, changes)),
    ...(result.isWhole
      ? []
      : ['', 'there are more changes than could be told: ask for fewer days']),
    ...describeExamples(result),
    '',
    `to have it so: ledgerline definitions set ${quoted(path)} --from ${timeOf(from)}`,
  ]
}

/** More lines of one table nobody reads. */
const linesMax = 60

function describeTable(table: string, changes: readonly Change[]): readonly string[] {
  const own = changes.filter((change) => change.table === table)
  const metrics = [...new Set(own.map(({ metric }) => metric))]
  const sorted = own.toSorted(
    (a, b) =>
      metrics.indexOf(a.metric) - metrics.indexOf(b.metric) ||
      Math.abs(b.new - b.old) - Math.abs(a.new - a.old),
  )
  const owners = (['queueName', 'agentName'] as const).filter((name) =>
    own.some((change) => change[name] !== ''),
  )
  const heads = owners.map((name) => (name === 'queueName' ? 'queue' : 'agent'))
  const rows = sorted
    .slice(0, linesMax)
    .map((change) => [
      change.metric,
      ...owners.map((name) => change[name]),
      String(change.days),
      ...amounts(change),
    ])
  const left = sorted.length - rows.length
  return [
    ...['', table],
    rightTable(['metric', ...heads, 'days', 'old', 'new', 'difference'], rows, 1 + owners.length),
    ...(left === 0 ? [] : [`and ${left.toLocaleString('en-US')} more, which --json tells`]),
  ]
}

function tablesIn(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ table }) => table))]
}

/** Old, new and what lies between. A length is told in the unit in which one sees that it changes. */
function amounts({ unit, ...change }: Pick<Change, 'unit' | 'old' | 'new'>) {
  const difference = Math.abs(change.new - change.old)
  const [stepMs, name] = unit === 'ms' ? stepOf(change, difference) : [1, '']
  const [old, now] = [change.old, change.new].map((value) => Math.round(value / stepMs))
  const text = (value = 0) => `${value.toLocaleString('en-US')}${name}`
  const between = (now ?? 0) - (old ?? 0)
  const told = difference === 0 ? 'moves in time' : `${between > 0 ? '+' : ''}${text(between)}`
  return [text(old), text(now), told] as const
}

function stepOf({ old, new: now }: Pick<Change, 'old' | 'new'>, difference: number) {
  const least = difference === 0 ? Math.max(old, now) : difference
  const units = [
    [60_000, ' min'],
    [1_000, ' s'],
  ] as const
  const isLong = Math.max(old, now) >= hourMs
  return (
    units.find(([stepMs]) => least >= stepMs && (isLong || stepMs < 60_000)) ??
    ([1, ' ms'] as const)
  )
}

const hourMs = 3_600_000

/** From a column on to the right, as numbers stand. */
function rightTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  from: number,
): string {
  const [first = [], ...others] = [head, ...rows].map((row, _index, all) =>
    row.map((text, column) =>
      column < from
        ? text
        : text.padStart(Math.max(...all.map((other) => other[column]?.length ?? 0))),
    ),
  )
  return textTable(first, others)
}

const examplesMax = 5

function describeExamples({ examples, changes }: RehearsalResult): readonly string[] {
  const names = new Map(
    changes.flatMap(({ queue, queueName, agent, agentName }) => [
      [queue, queueName] as const,
      [agent, agentName] as const,
    ]),
  )
  const describe = (example: Example) => {
    const { table, metric, interval, entity, key } = example
    const of = ['queue', 'agent', 'activity', 'channel', 'direction']
      .flatMap((name) => (key[name] === undefined ? [] : [names.get(key[name]) ?? key[name]]))
      .join(' ')
    const change = changes.find((one) => one.table === table && one.metric === metric)
    const [old, now] = amounts({ ...example, unit: change?.unit ?? 'count' })
    return `  ${metric} of ${of} from ${interval}: ${entity} counts ${old}, and would count ${now}`
  }
  return [
    ...['', 'one by one, such as:'],
    ...examples.slice(0, examplesMax).map(describe),
    ...examples
      .slice(0, 1)
      .flatMap((example) => [
        'why a number is what it is now:',
        `  ledgerline explain ${questionOf(example).map(quoted).join(' ')}`,
      ]),
  ]
}

/** What `ledgerline explain` is asked for the row of a part. */
function questionOf({ table, key, interval, metric }: Example): readonly string[] {
  const narrowed = (names: readonly string[]) =>
    names.flatMap((name) => (key[name] === undefined ? [] : [`--${name}`, key[name]]))
  const { queue = '', agent = '', channel = '' } = key
  switch (table) {
    case 'queue_intervals':
      return ['queue', queue, interval, metric, ...narrowed(['channel', 'direction'])]
    case 'agent_queue_intervals':
      return ['agent', agent, interval, metric, ...narrowed(['queue', 'channel', 'direction'])]
    case 'agent_intervals':
    case 'agent_activity_intervals':
    case 'adherence_intervals':
      return ['agent', agent, interval, metric]
    case 'conversation_intervals':
      return ['conversation', channel, interval, metric, ...narrowed(['queue'])]
  }
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/(:00)?\.000Z$/, 'Z')
}
