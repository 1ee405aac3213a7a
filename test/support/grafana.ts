import type { Instant } from '../../schemas/events/instant.ts'

// What Grafana and its ClickHouse data source do to a query before it is sent, as their sources have it:
// grafana/clickhouse-datasource 4.20.0, src/data/CHDatasource.ts (applyConditionalAll, then variables) and pkg/macros/macros.go;
// grafana/scenes, the formats of variables. It is not their code.

export interface Shown {
  readonly from: Instant
  readonly to: Instant
  readonly intervalMs: number
  /** What is chosen, by the name of the variable; `$__all` where all are. */
  readonly chosen: Readonly<Record<string, readonly string[]>>
}

/** The statement that reaches ClickHouse. */
export function expanded(sql: string, shown: Shown): string {
  const statement = withMacros(withVariables(withConditions(sql, shown), shown), shown)
  const left = /\$(?:__\w+|\{[^}]*\}|[a-z]\w*)/.exec(statement)
  if (left !== null) throw new Error(`nobody replaces ${left[0]} in ${sql}`)
  return statement
}

const conditional = '$__conditionalAll('

function withConditions(sql: string, shown: Shown): string {
  let text = sql
  for (;;) {
    const at = text.lastIndexOf(conditional)
    if (at === -1) return text
    const { args, end } = argumentsAt(text, at + conditional.length - 1)
    const [condition = '', name = ''] = args
    if (args.length !== 2) throw new Error(`not two arguments: ${text.slice(at, end)}`)
    const chosen = valuesOf(name.trim().replace('$', ''), shown)
    const phrase = chosen.join() === '' || chosen.join() === '$__all' ? '1=1' : condition
    text = text.slice(0, at) + phrase + text.slice(end)
  }
}

/** `${name:format}` and `$name`. */
function withVariables(sql: string, shown: Shown): string {
  return sql
    .replace(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) =>
      formatted(valuesOf(name, shown), format),
    )
    .replace(/\$(?!__)([a-z]\w*)/g, (_, name: string) =>
      formatted(valuesOf(name, shown), undefined),
    )
}

function formatted(values: readonly string[], format: string | undefined): string {
  if (format === 'singlequote')
    return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',')
  if (format !== undefined) throw new Error(`${format} is no format that is known here`)
  return values.length === 1 ? values.join() : `{${values.join(',')}}`
}

function valuesOf(name: string, { chosen }: Shown): readonly string[] {
  const values = chosen[name]
  if (values === undefined) throw new Error(`there is no variable ${name}`)
  return values
}

function withMacros(sql: string, { from, to, intervalMs }: Shown): string {
  const since = `toDateTime(${Math.floor(from / 1000)})`
  const until = `toDateTime(${Math.floor(to / 1000)})`
  const seconds = Math.max(1, Math.floor(intervalMs / 1000))
  const macros: Readonly<Record<string, (column: string) => string>> = {
    timeFilter: (column) => `${column} >= ${since} AND ${column} <= ${until}`,
    timeInterval: (column) =>
      `toStartOfInterval(toDateTime(${column}), INTERVAL ${seconds} second)`,
    fromTime: () => since,
    toTime: () => until,
    interval_s: () => String(seconds),
  }
  let text = sql
  for (;;) {
    const found = /\$__(\w+)/.exec(text)
    if (found === null) return text
    const [whole, name = ''] = found
    const macro = macros[name]
    if (macro === undefined) throw new Error(`${whole} is no macro that is known here`)
    const after = found.index + whole.length
    const { args, end } =
      text[after] === '(' ? argumentsAt(text, after) : { args: [''], end: after }
    text = text.slice(0, found.index) + macro(args[0] ?? '') + text.slice(end)
  }
}

/** The arguments between the bracket at a place and its fellow, and where it ends. */
function argumentsAt(text: string, open: number): { args: readonly string[]; end: number } {
  const args: string[] = []
  let depth = 0
  let begin = open + 1
  for (let at = open; at < text.length; at++) {
    const character = text[at]
    if (character === '(') depth++
    if (character === ')') depth--
    if ((character === ',' && depth === 1) || depth === 0) {
      args.push(text.slice(begin, at))
      begin = at + 1
    }
    if (depth === 0) return { args, end: at + 1 }
  }
  throw new Error(`a bracket is not closed: ${text.slice(open)}`)
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** `now`, `now-7d`, `now/d`, by the clock of UTC. */
export function instantOf(words: string, now: Instant): Instant {
  const parts = /^now(?:-(\d+)([smhdw]))?(?:\/(d))?$/.exec(words)
  if (parts === null) throw new Error(`${words} is no time that is known here`)
  const [, count = '0', unit = 's', whole] = parts
  const at = now - Number(count) * (isUnit(unit) ? unitMs[unit] : 0)
  return whole === undefined ? at : at - (at % unitMs.d)
}

export function durationOf(words: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smhdw])$/.exec(words) ?? []
  if (!isUnit(unit)) throw new Error(`${words} is no length that is known here`)
  return Number(count) * unitMs[unit]
}

function isUnit(unit: string): unit is keyof typeof unitMs {
  return unit in unitMs
}

/** Limits and what is below them, as `rangeUtil.roundInterval` of grafana/grafana has them from ten minutes on. */
const steps = [
  [15, 10],
  [25, 20],
  [45, 30],
  [90, 60],
  [150, 120],
  [270, 180],
  [540, 360],
  [1440, 720],
  [10_080, 1440],
  [30_240, 10_080],
] as const

/** How long a bucket of a chart is: so that there are not more than can be drawn, and never shorter than the panel says. */
export function bucketMs(from: Instant, to: Instant, least: string, points = 1000): number {
  const minutes = (to - from) / points / 60_000
  const round = minutes < 7.5 ? 1 : (steps.find(([limit]) => minutes < limit)?.[1] ?? 43_200)
  return Math.max(round * 60_000, durationOf(least))
}
