import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { createProgram } from '../../services/cli/program.ts'
import { settingRows } from '../../services/cli/settings.ts'
import { areas } from './import-table.ts'
import { root } from './source-files.ts'

/** What stands in documents and is made of code: by the word in `<!-- made: word -->`. */
const sections: Readonly<Record<string, () => string>> = {
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
    const nowhere = { env: {}, out: () => undefined, err: () => undefined, isInteractive: false }
    const { commands } = createProgram({ ...nowhere, stopping: AbortSignal.abort() })
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
  ...Object.fromEntries(
    Object.entries(intervalMetrics).map(([table, metrics]) => [table, () => metricTable(metrics)]),
  ),
}

/** A document as it should be: with each of its made sections as it is made today. */
export async function asItShouldBe(path: string): Promise<string> {
  const file = join(root, path)
  const text = readFileSync(file, 'utf8').replaceAll(
    /(<!-- made: (\S+) -->)[^]*?(<!-- end -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const make = sections[name]
      if (make === undefined) throw new Error(`${path}: nothing makes ${name}`)
      return `${begin}\n\n${make()}\n\n${end}`
    },
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

function code(text: string): string {
  return `\`${text}\``
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
