import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Explanation, Product } from '../../schemas/metrics/differences.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { rateFormula, type Rate } from '../../schemas/metrics/rate.ts'
import { rates } from '../../schemas/metrics/rates.ts'
import { createProgram } from '../../services/cli/program.ts'
import { settingRows } from '../../services/cli/settings.ts'
import { connectorSections } from './connector-docs.ts'
import { areas } from './import-table.ts'
import { code, markdownTable } from './markdown.ts'
import { root } from './source-files.ts'
import { tableCatalogue } from './tables-docs.ts'
import { noStreams } from './terminal.ts'

/** What stands in documents and is made of code: by the word in `<!-- made: word -->`. */
const sections: Readonly<Record<string, () => string | Promise<string>>> = {
  settings: () =>
    markdownTable(
      ['setting', 'default', 'what it is for'],
      settingRows().map(([name = '', preset = '', about = '']) => [
        code(name),
        preset === '' ? '' : code(preset),
        about,
      ]),
    ),
  commands: () => {
    const { commands } = createProgram({
      ...{ env: {}, out: () => undefined, err: () => undefined, isInteractive: false },
      ...noStreams,
      stopping: AbortSignal.abort(),
    })
    return markdownTable(
      ['command', 'what it does'],
      commands.map((command) => [
        code(`ledgerline ${command.name()}`),
        [
          command.description(),
          ...command.commands.map((sub) => `${code(sub.name())}: ${sub.description()}`),
        ].join(' '),
      ]),
    )
  },
  'import-table': () =>
    markdownTable(
      ['folder', 'may import, besides itself', 'of Node'],
      areas.map(({ folder, mayImport, nodeModules }) => [
        code(folder),
        mayImport.map(code).join(', '),
        nodeModules === 'any' ? 'anything' : nodeModules.map(code).join(', '),
      ]),
    ),
  'metric-reference': () => [...metricEntries()].join('\n\n'),
  'rate-reference': () => rates.map(rateEntry).join('\n\n'),
  tables: tableCatalogue,
  ...connectorSections,
  ...Object.fromEntries(
    Object.entries(intervalMetrics).map(([table, metrics]) => [table, () => metricTable(metrics)]),
  ),
}

/** A document as it should be: with each of its made sections as it is made today. */
export async function asItShouldBe(path: string): Promise<string> {
  const file = join(root, path)
  const before = readFileSync(file, 'utf8')
  const section = /(<!-- made: (\S+) -->)[^]*?(<!-- end -->)/g
  const made = new Map<string, string>()
  for (const [, , name = ''] of before.matchAll(section)) {
    const make = sections[name]
    if (make === undefined) throw new Error(`${path}: nothing makes ${name}`)
    made.set(name, await make())
  }
  const text = before.replaceAll(
    section,
    (_all, begin: string, name: string, end: string) =>
      `${begin}\n\n${made.get(name) ?? ''}\n\n${end}`,
  )
  return format(text, { ...(await resolveConfig(file)), filepath: file })
}

function metricTable(metrics: readonly Metric[]): string {
  return markdownTable(
    ['metric', 'attribution', 'roll-up', 'unit', 'meaning'],
    metrics.map(({ name, attribution, rollUp, unit, description }) => [
      code(name),
      attribution,
      rollUp,
      unit,
      description,
    ]),
  )
}

/** Each metric once, with the tables that have it. */
function* metricEntries(): Generator<string> {
  const byName = new Map<string, { metric: Metric; tables: string[] }>()
  for (const [table, metrics] of Object.entries<readonly Metric[]>(intervalMetrics)) {
    for (const metric of metrics) {
      const known = byName.get(metric.name)
      if (known === undefined) byName.set(metric.name, { metric, tables: [table] })
      else known.tables.push(table)
    }
  }
  for (const { metric, tables } of byName.values()) {
    const { name, description, formula, attribution, rollUp, unit } = metric
    yield entry(name, description, [
      ['Formula', formula],
      ['Counts', `${attribution}, ${rollUp}, ${unit}; in ${tables.map(code).join(' and ')}`],
      ...explained(metric),
    ])
  }
}

function rateEntry(rate: Rate): string {
  const { name, description, attribution, unit } = rate
  return entry(attribution === 'arrival' ? `${name} by arrival` : name, description, [
    ['Formula', code(rateFormula(rate))],
    ['Counts', `${attribution}, ${unit}; parts added up, then divided`],
    ...explained(rate),
  ])
}

const products: readonly (readonly [Product, string])[] = [
  ['twilio', 'TaskRouter'],
  ['flexInsights', 'Flex Insights'],
  ['genesys', 'Genesys Cloud'],
  ['connect', 'Amazon Connect'],
]

function explained({ edges, differs }: Explanation): readonly (readonly [string, string])[] {
  const others = products.flatMap(([product, name]) => {
    const difference = differs[product]
    return difference === undefined ? [] : [[name, difference] as const]
  })
  return [['Edges', edges], ...others]
}

function entry(
  name: string,
  description: string,
  lines: readonly (readonly [string, string])[],
): string {
  const list = lines.map(([about, text]) => `- ${about}: ${text}`)
  return `### ${name}\n\n${description}.\n\n${list.join('\n')}`
}
