import { connectors } from '../../connectors/all.ts'
import type { Connector } from '../../connectors/connector.ts'
import { isLength } from '../../connectors/form/columns.ts'
import { list, type Column, type IntervalForm } from '../../connectors/form/interval-form.ts'
import type { Body } from '../../connectors/form/body.ts'
import { sampleOptions } from '../connectors/sample-options.ts'
import { code, markdownTable } from './markdown.ts'

/** What stands in the documents of connectors and is made of them: by the word in `<!-- made: word -->`. */
export const connectorSections: Readonly<Record<string, () => string>> = {
  connectors: () =>
    markdownTable(
      ['connector', 'product', 'status', 'files', 'states', 'sent again'],
      connectors.map((each) => {
        const { files, states } = each.forms(sampleOptions[each.name] ?? {})
        const names = (forms: object) => Object.keys(forms).map(code).join(', ')
        return [
          `[${each.name}](${each.name}/README.md)`,
          ...[each.title, each.status, names(files), names(states), each.lateData],
        ]
      }),
    ),
  ...Object.fromEntries(
    connectors.flatMap((each) => [
      [`facts-${each.name}`, () => facts(each)],
      [`crosswalk-${each.name}`, () => crosswalk(each)],
    ]),
  ),
}

function facts(each: Connector): string {
  const { files } = each.forms(sampleOptions[each.name] ?? {})
  const minutes = [...new Set(Object.values(files).map(({ intervalMinutes }) => intervalMinutes))]
  const rows = [
    ['attribution', each.attribution],
    [
      'interval length',
      minutes.length === 0 ? 'none' : `${minutes.join(', ')} minutes, if nothing else is set`,
    ],
    ['zone, clock change', each.zone],
    ['zero rows', each.zeroRows],
    ['close delay', `${each.closeDelayMinutes} minutes`],
    ['late data', `${each.lateData}: ${each.lateDataNote}`],
    ['names', each.names],
    ['units', each.units],
  ]
  const sources = each.sources.map((source) => `- ${source}`).join('\n')
  return `Status: ${each.status}. Sources:\n\n${sources}\n\n${markdownTable(['question', 'answer'], rows)}`
}

function crosswalk(each: Connector): string {
  const { files, states } = each.forms(sampleOptions[each.name] ?? {})
  return [
    ...Object.entries(files).map(([name, form]) =>
      section(
        `${name}: ${form.format.kind}`,
        form.columns.map((column, index) => [
          String(index + 1),
          code(column.name),
          madeOf(column, form),
        ]),
      ),
    ),
    ...Object.entries(states).map(([name, form]) =>
      section(
        `states, ${name}: ${form.kind}`,
        [...leaves(form.body), ...leaves(form.each)].map(([path, text], index) => [
          ...[String(index + 1), code(path), code(text)],
        ]),
      ),
    ),
  ].join('\n\n')
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return `### ${title}\n\n${markdownTable(['#', 'theirs', 'made of'], rows)}`
}

function madeOf(column: Column, form: IntervalForm): string {
  const sum = (names: Column['metric']) => list(names).map(code).join(' + ')
  if (column.metric !== undefined) {
    const minus = column.minus === undefined ? '' : ` − ${sum(column.minus)}`
    const whole = `${sum(column.metric)}${minus}`
    const isSum = column.per !== undefined && / [+−] /.test(whole)
    const per = column.per === undefined ? '' : ` ÷ ${sum(column.per)}`
    const unit = isLength(list(column.metric)[0]) ? `, in ${column.unit}` : ''
    return `${isSum ? `(${whole})` : whole}${per}${unit}`
  }
  if (column.time !== undefined) {
    return `${column.at} of the interval, ${code(column.time)}, ${form.zone} if nothing else is set`
  }
  if (column.number !== undefined) return String(column.number)
  const words = column.words === undefined ? '' : ', by the words that are set'
  return `${code(column.text ?? '')}${words}`
}

/** Where texts and values stand in a body, by dotted path. */
function leaves(body: Body, path = ''): readonly (readonly [path: string, text: string])[] {
  if (body === null || typeof body !== 'object') return [[path, String(body)]]
  if (Array.isArray(body)) return body.flatMap((each) => leaves(each, `${path}[]`))
  return Object.entries(body).flatMap(([name, each]) =>
    leaves(each, path === '' ? name : `${path}.${name}`),
  )
}
