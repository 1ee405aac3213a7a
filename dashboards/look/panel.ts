import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type {
  DynamicConfigValue,
  MatcherConfig,
  Panel,
  Threshold,
  ThresholdsConfig,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Column } from '../sql/column.ts'
import { clickHouse, target, type Query } from '../sql/query.ts'
import { none } from './thresholds.ts'
import { units } from './units.ts'

/** What every panel says of itself. */
export interface About {
  readonly title: string
  /** What it shows, and why one would look. */
  readonly about: string
  /** What it means that there is nothing. */
  readonly whenEmpty: string
  /** Of 24 columns. */
  readonly width: number
  readonly height: number
  readonly queries: readonly Query[]
  readonly steps?: Threshold[]
}

/** What the builders of the SDK have in common, which declare no type for it. */
export interface SharedBuilder<Own> extends Builder<Panel> {
  id(id: number): Own
  title(title: string): Own
  description(text: string): Own
  noValue(text: string): Own
  span(width: number): Own
  height(height: number): Own
  datasource(ref: { type?: string; uid?: string }): Own
  targets(targets: Builder<Dataquery>[]): Own
  unit(unit: string): Own
  decimals(decimals: number): Own
  thresholds(thresholds: Builder<ThresholdsConfig>): Own
  withOverride(override: { matcher: MatcherConfig; properties: DynamicConfigValue[] }): Own
}

/** A panel that can be put on a board. */
export type Placed = Builder<Panel> & { id(id: number): unknown }

/** The parts that every panel over ClickHouse has: words, queries, units, thresholds. */
export function dressed<Own extends SharedBuilder<Own>>(builder: Own, panel: About): Own {
  const { title, whenEmpty, width, height, queries, steps } = panel
  const columns = queries.flatMap((query) => query.columns)
  const [first] = columns.filter(({ unit }) => unit !== 'text')
  let dressing = builder
    .title(title)
    .description(described(panel.about, columns))
    .noValue(whenEmpty)
    .span(width)
    .height(height)
    .datasource(clickHouse)
    .targets(queries.map((query, index) => target(query, refId(index))))
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps ?? none))
  if (first !== undefined) {
    const { grafana, decimals } = units[first.unit]
    if (grafana !== null) dressing = dressing.unit(grafana)
    if (decimals !== null) dressing = dressing.decimals(decimals)
  }
  for (const column of columns) {
    const properties = propertiesOf(column, first)
    if (properties.length === 0) continue
    dressing = dressing.withOverride({ matcher: byName(column.label), properties })
  }
  return dressing
}

export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}

export function byName(label: string): MatcherConfig {
  return { id: 'byName', options: label }
}

function propertiesOf(column: Column, first: Column | undefined): DynamicConfigValue[] {
  if (column.isHidden === true) return [{ id: 'custom.hidden', value: true }]
  if (column.unit === 'text' || column.unit === first?.unit) return []
  const { grafana, decimals } = units[column.unit]
  return [
    ...(grafana === null ? [] : [{ id: 'unit', value: grafana }]),
    ...(decimals === null ? [] : [{ id: 'decimals', value: decimals }]),
  ]
}

/** What the panel is for, then what each number means, its formula and its unit. */
export function described(about: string, columns: readonly Column[]): string {
  const lines = columns
    .filter(({ unit, meaning }) => unit !== 'text' || meaning !== '')
    .filter(({ label }, index, all) => all.findIndex((each) => each.label === label) === index)
    .map(({ label, meaning, unit }) => {
      const inUnit = units[unit].inWords === '' ? '' : ` (${units[unit].inWords})`
      return `- **${label}**${inUnit}${meaning === '' ? '' : `: ${meaning}`}`
    })
  return [about, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n')
}
