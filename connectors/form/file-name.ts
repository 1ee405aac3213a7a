import { timeFormat } from '../../services/time/time-format.ts'
import { offsetSpans } from '../../services/time/zone.ts'
import type { IntervalBatch, Subject } from '../interval-row.ts'
import { filledBy, namesIn } from '../mapping/template.ts'
import type { IntervalForm } from './interval-form.ts'
import { placeholdersOf, standsFor } from './placeholders.ts'
import { plainText } from './plain-text.ts'

const times = ['from', 'to', 'created'] as const

/** The name of the file that a row goes into, `{part}` left as it is. */
export function fileName(form: IntervalForm, batch: IntervalBatch, subject: Subject): string {
  const { span, writtenAt, target, intervalMs } = batch
  const instants = { from: span.from, to: span.to, created: writtenAt }
  return filledBy(form.file, (name) => {
    if (name === 'part') return '{part}'
    if (name === 'rows') return form.rows
    for (const time of times) {
      if (!name.startsWith(`${time}:`)) continue
      const at = instants[time]
      const offset = offsetSpans(form.zone, { from: at, to: at + intervalMs }, intervalMs)[0]
      const format = timeFormat(name.slice(time.length + 1))
      return String(format?.write(at, offset?.offsetMs ?? 0) ?? '')
    }
    const text = standsFor(name, subject, target, form.intervalMinutes) ?? ''
    return plainText(text, { without: unsafe, max: 100 }).replaceAll(' ', '_')
  })
}

/** What would make a name a path, or what some file systems refuse. */
export const unsafe = '/\\:*?"<>|'

/** Whether a name, or the fixed part of one, is one of a file and nothing else. */
export function isFileName(name: string): boolean {
  return (
    name !== '' &&
    !name.startsWith('.') &&
    !/[. ]$/.test(name) &&
    !Array.from(name).some((letter) => unsafe.includes(letter) || /\p{Cc}/u.test(letter))
  )
}

/** Whether something stands for it in a file's name. */
export function isNamePlaceholder(name: string, rows: IntervalForm['rows']): boolean {
  if (name === 'part' || name === 'rows') return true
  const colon = name.indexOf(':')
  const time = times.find((each) => each === name.slice(0, Math.max(0, colon)))
  return time === undefined
    ? placeholdersOf(rows).includes(name)
    : timeFormat(name.slice(colon + 1)) !== null
}

export const namePlaceholders = [
  ...times.map((time) => `${time}:yyyyMMdd`),
  'part',
  'rows',
  'target',
]

/** Whether the name depends on whose the row is, so that there may be several files. */
export function isOfSubjects({ file, rows }: IntervalForm): boolean {
  const own = placeholdersOf(rows).filter((name) => !/^(target|interval)/.test(name))
  return namesIn(file).some((name) => own.includes(name))
}
