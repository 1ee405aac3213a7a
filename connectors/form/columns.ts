import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { timeFormat } from '../../services/time/time-format.ts'
import type { Subject } from '../interval-row.ts'
import { filledBy, namesIn } from '../mapping/template.ts'
import type { Cell } from './csv.ts'
import { list, tableOfRows, type Column, type IntervalForm } from './interval-form.ts'
import type { Period } from './periods.ts'
import { placeholdersOf, standsFor } from './placeholders.ts'
import { plainText } from './plain-text.ts'

/** A value for a cell, or why there is none. */
export type Made = { readonly cell: Cell } | { readonly fault: string }

/** What a column says of whom a row is about: of a text, a constant. */
export function subjectCell(
  column: Column,
  subject: Subject,
  target: string,
  form: IntervalForm,
): Made {
  if (column.number !== undefined) return { cell: column.number }
  const lacking: string[] = []
  const filled = filledBy(column.text ?? '', (name) => {
    const text = standsFor(name, subject, target, form.intervalMinutes) ?? ''
    if (text === '') lacking.push(name)
    return text
  })
  if (lacking.length > 0 && column.otherwise === undefined) {
    return { fault: `${nameOf(subject)} has no ${lacking.join(' and no ')}` }
  }
  const word = column.words === undefined ? filled : column.words[filled]
  if (word === undefined && column.otherwise === undefined) {
    return { fault: `${column.name} has no word for ${JSON.stringify(filled)}` }
  }
  const told = word === undefined || word === '' ? (column.otherwise ?? '') : word
  if (column.as === 'number') return numberCell(column, told)
  const cell = plainText(told, {
    without:
      form.format.kind === 'csv' && form.format.quote === 'never'
        ? `${form.format.separator}"`
        : '',
    ...(column.characters === undefined ? {} : { only: column.characters }),
    ...(column.max === undefined ? {} : { max: column.max }),
  })
  const isNothing = cell === '' && namesIn(column.text ?? '').length > 0 && told !== ''
  return isNothing
    ? { fault: `${column.name} of ${nameOf(subject)} has nothing in it that may be written` }
    : { cell }
}

function numberCell({ name, max = Number.MAX_SAFE_INTEGER }: Column, text: string): Made {
  const number = Number(text)
  return /^\d{1,16}$/.test(text) && number <= max
    ? { cell: number }
    : { fault: `${name} ${JSON.stringify(text)} is no whole number up to ${max}` }
}

/** What a column says of a period's time; null: it says nothing of it. */
export function timeMaker(
  { time, at }: Column,
  { intervalMinutes }: IntervalForm,
): ((period: Period) => Cell) | null {
  if (time === undefined) return null
  const format = timeFormat(time)
  if (format === null) throw new Error(`${time} is no pattern of a time`)
  const lengthMs = intervalMinutes * 60_000
  return ({ local, offsetMs, end }) => {
    if (at === 'start') return format.write(local - offsetMs, offsetMs)
    // A day in which clocks change is not 24 hours long; to whom offsets are nothing it is.
    return format.isUnique
      ? format.write(end.at, end.offsetMs)
      : format.write(local + lengthMs - offsetMs, offsetMs)
  }
}

/** What a column makes of metrics, rounded half up; never less than nothing. */
export function metricCell(column: Column, values: Readonly<Record<string, number>>): Made {
  const sum = (names: Column['metric']) =>
    list(names).reduce((total, name) => total + (values[name] ?? 0), 0)
  const whole = Math.max(0, sum(column.metric) - sum(column.minus))
  const parts = column.per === undefined ? 1 : sum(column.per)
  const unit = isLength(list(column.metric)[0]) ? msPerUnit[column.unit] : 1
  const scale = 10 ** column.decimals
  const cell = parts === 0 ? 0 : Math.floor((whole * scale) / (unit * parts) + 0.5) / scale
  const max = column.max ?? Number.MAX_SAFE_INTEGER
  return cell <= max ? { cell } : { fault: `${column.name} is ${cell}, more than ${max}` }
}

export const msPerUnit = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const

export function isLength(metric: string | undefined): boolean {
  return metric?.endsWith('_ms') ?? false
}

/** Metrics that a column may be made of: those of the table, but for histograms, which are no numbers. */
export function metricsOf(rows: IntervalForm['rows']): readonly string[] {
  const all: readonly Metric[] = intervalMetrics[tableOfRows[rows]]
  return all.filter(({ rollUp }) => rollUp !== 'histogram').map(({ name }) => name)
}

/** A queue or agent as a person knows it. */
export function nameOf({ queue, agent }: Subject): string {
  return [
    ...(agent === null ? [] : [`the agent ${agent.name} (${agent.id})`]),
    ...(queue === null
      ? []
      : [`the queue ${queue.name} (${queue.id}, ${queue.channel}, ${queue.direction})`]),
  ].join(' in ')
}

/** Whether there is something in braces that nothing stands for. */
export function isPlaceholder(name: string, rows: IntervalForm['rows']): boolean {
  return placeholdersOf(rows).includes(name)
}
