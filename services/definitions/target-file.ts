import { z } from 'zod'
import { namesInBody } from '../../connectors/form/body.ts'
import { isLength, isPlaceholder, metricsOf } from '../../connectors/form/columns.ts'
import { bodyPlaceholders } from '../../connectors/form/documents.ts'
import { isFileName, isNamePlaceholder, namePlaceholders } from '../../connectors/form/file-name.ts'
import {
  columnSchema,
  intervalFormSchema,
  list,
  type Column,
  type IntervalForm,
} from '../../connectors/form/interval-form.ts'
import { placeholdersOf } from '../../connectors/form/placeholders.ts'
import { targetSchema, type Target } from '../../connectors/generic/target.ts'
import { filledBy, namesIn } from '../../connectors/mapping/template.ts'
import { namedFormats, timeFormat, timeTokens } from '../time/time-format.ts'
import { distance, nearestZones } from '../time/zone-names.ts'
import { isZone } from '../time/zone.ts'
import { stateFormFaults, xmlFaults } from './target-bodies.ts'
import { readYamlFile, type ValueFault, type YamlFile } from './yaml-file.ts'

type Path = ValueFault['path']

/** Reads YAML: either what a target takes, or all that is wrong with what is said of it, in the order of the lines. */
export function readTargetFile(text: string): YamlFile<Target> {
  return readYamlFile(text, {
    schema: targetSchema,
    about: 'a file of a target is a mapping that has "target:" in it',
    faultsBetween,
  })
}

/** What is wrong with settings that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  const { files, states } = loose.parse(value)
  return [
    ...Object.entries(files).flatMap(([name, told]) => formFaults(['files', name], told)),
    ...stateFormFaults(['states'], states),
  ]
}

function formFaults(path: Path, told: unknown): readonly ValueFault[] {
  const { columns, rows } = looseForm.parse(told)
  const read = intervalFormSchema.safeParse({ ...fields.parse(told), columns: [anyColumn] })
  return [
    ...columns.flatMap((one, index) => {
      const column = columnSchema.safeParse(one)
      return column.success ? columnFaults([...path, 'columns', index], column.data, rows) : []
    }),
    ...listFaults([...path, 'columns'], columns),
    ...(read.success ? wholeFaults(path, read.data, columns) : []),
  ]
}

/** What is wrong with columns beside each other. */
function listFaults(path: Path, told: readonly unknown[]): readonly ValueFault[] {
  const all = told.map((one) => looseColumn.parse(one))
  const fault = (own: Path, detail: string) => [
    { path: [...path, ...own], isOfName: false, detail },
  ]
  return [
    ...all.flatMap(({ name }, index) =>
      name !== '' && all.findIndex((each) => each.name === name) < index
        ? fault([index, 'name'], 'stands here a second time')
        : [],
    ),
    ...(all.length > 0 && all.every(({ time }) => time === '')
      ? fault([], 'none tells the time')
      : []),
  ]
}

const kinds = ['metric', 'time', 'text', 'number'] as const

function columnFaults(
  path: Path,
  column: Column,
  rows: IntervalForm['rows'],
): readonly ValueFault[] {
  const has = kinds.filter((kind) => column[kind] !== undefined)
  if (has.length !== 1) {
    const detail = `${column.name} must have one of these, and no second`
    return [{ path: [...path, 'name'], isOfName: false, detail, choices: kinds }]
  }
  const fault = (field: keyof Column, detail: string, choices?: readonly string[]): ValueFault => ({
    ...{ path: [...path, field], isOfName: false, detail },
    ...(choices === undefined ? {} : { choices }),
  })
  const known = metricsOf(rows)
  const unknown = (['metric', 'minus', 'per'] as const).flatMap((field) =>
    list(column[field])
      .filter((name) => !known.includes(name))
      .map((name) => fault(field, `${name} is no metric of ${rows}`, nearest(name, known))),
  )
  const lengths = [...list(column.metric), ...list(column.minus)].map(isLength)
  return [
    ...unknown,
    ...(new Set(lengths).size > 1
      ? [fault('metric', 'counts and lengths of time do not add up')]
      : []),
    ...(column.time !== undefined && timeFormat(column.time) === null
      ? [
          fault('time', 'is no pattern of a time', [
            ...Object.keys(namedFormats),
            ...Object.keys(timeTokens),
          ]),
        ]
      : []),
    ...namesIn(column.text ?? '')
      .filter((name) => !isPlaceholder(name, rows))
      .map((name) => fault('text', `{${name}} stands for nothing`, placeholdersOf(rows))),
    ...misplaced(column, fault),
  ]
}

/** Settings that do nothing here would be believed to do something. */
function misplaced(
  column: Column,
  fault: (field: keyof Column, detail: string) => ValueFault,
): readonly ValueFault[] {
  const needs = [
    ...(['minus', 'per'] as const).map((field) => ({ field, kind: 'metric' as const })),
    ...(['words', 'otherwise', 'characters'] as const).map((field) => ({
      field,
      kind: 'text' as const,
    })),
  ]
  return needs
    .filter(({ field, kind }) => column[field] !== undefined && column[kind] === undefined)
    .map(({ field, kind }) => fault(field, `is for a column of ${kind}`))
}

function wholeFaults(
  path: Path,
  form: IntervalForm,
  columns: readonly unknown[],
): readonly ValueFault[] {
  const at = (field: string, detail: string, choices?: readonly string[]): ValueFault => ({
    ...{ path: [...path, ...field.split('.')], isOfName: false, detail },
    ...(choices === undefined ? {} : { choices }),
  })
  const sample = filledBy(form.file, (name) => {
    const pattern = /^(?:from|to|created):(.+)$/.exec(name)?.[1]
    return pattern === undefined ? 'x' : String(timeFormat(pattern)?.write(0, 0) ?? 'x')
  })
  const { format } = form
  return [
    ...(isZone(form.zone) ? [] : [at('zone', 'is no time zone', nearestZones(form.zone))]),
    ...namesIn(form.file)
      .filter((name) => !isNamePlaceholder(name, form.rows))
      .map((name) =>
        at('file', `{${name}} stands for nothing`, [
          ...namePlaceholders,
          ...placeholdersOf(form.rows),
        ]),
      ),
    ...(isFileName(sample)
      ? []
      : [at('file', `${JSON.stringify(sample)} would be no name of a file`)]),
    ...(form.rowsMax !== undefined && !namesIn(form.file).includes('part')
      ? [at('file', 'must have {part} in it, since rowsMax makes several files')]
      : []),
    ...(format.kind === 'json' || format.kind === 'xml'
      ? namesInBody(format.body, ['format', 'body'])
          .filter(({ name }) => !bodyPlaceholders.some((one) => one === name))
          .map(({ name, path: own }) =>
            at(own.join('.'), `{${name}} stands for nothing`, bodyPlaceholders),
          )
      : []),
    ...(format.kind === 'xml'
      ? xmlFaults(
          [...path, 'format', 'body'],
          format.body,
          columns.map((one) => looseColumn.parse(one).name).filter((name) => name !== ''),
        )
      : []),
    ...(format.kind === 'csv' && /[\w"\r\n]/.test(format.separator)
      ? [at('format.separator', 'must be no letter, digit, quote or line end')]
      : []),
  ]
}

/** Those that are the likeliest to be meant. */
function nearest(name: string, known: readonly string[]): readonly string[] {
  return known.toSorted((a, b) => distance(name, a) - distance(name, b)).slice(0, 5)
}

const loose = z.object({
  files: z.record(z.string(), z.unknown()).catch({}),
  states: z.unknown().optional(),
})
const fields = z.record(z.string(), z.unknown()).catch({})
const looseColumn = z
  .object({ name: z.string().catch(''), time: z.string().catch('') })
  .catch({ name: '', time: '' })
const anyColumn = { name: 'any', time: 'iso' }
const looseForm = z.object({
  rows: z.enum(['queues', 'agent-queues', 'agents']).catch('queues'),
  columns: z.array(z.unknown()).catch([]),
})
