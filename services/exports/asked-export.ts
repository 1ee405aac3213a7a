import type { Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { wrong } from '../live/asked.ts'
import { ProblemAnswer } from '../live/problem.ts'
import { readInstant } from '../time/zone.ts'
import type { Exports } from './configured-exports.ts'
import type { ExportFile } from './export-file.ts'
import { stretchesOf } from './plan/stretches.ts'

/** One sort of file by the names in an address. */
export function askedExportFile(
  exports: Exports | null,
  target: string,
  name: string,
): { readonly exports: Exports; readonly file: ExportFile } {
  const file = exports?.files.find((one) => one.target === target && one.name === name)
  if (exports !== null && file !== undefined) return { exports, file }
  const known = (exports?.files ?? []).map((one) => `${one.target}/${one.name}`)
  const choices = known.length === 0 ? 'none are set: LEDGERLINE_EXPORTS' : known.join(', ')
  throw new ProblemAnswer(404, `there is no such file of intervals; there are: ${choices}`)
}

/** A span of whole stretches that have ended. Throws all that is wrong with it at once. */
export function askedStretches(
  { exporter }: Exports,
  file: ExportFile,
  asked: {
    readonly from: string
    readonly to: string
    readonly stretchMinutes?: number | undefined
  },
  now: number,
): { readonly span: Span; readonly stretches: readonly Span[] } {
  const errors: ProblemError[] = []
  const read = (field: 'from' | 'to') => {
    const instant = readInstant(asked[field], file.form.zone)
    if (instant.kind === 'instant') return instant.at
    errors.push({ field, detail: instant.detail })
    return 0
  }
  const span = { from: read('from'), to: read('to') }
  if (errors.length > 0) throw wrong(errors)
  if (span.from >= span.to) throw wrong([{ field: 'to', detail: 'must be later than from' }])
  if (span.to > now) throw wrong([{ field: 'to', detail: 'must not lie in the future' }])
  const stretchMinutes = asked.stretchMinutes ?? file.stretchMinutes
  const stretches = stretchesOf(exporter.grid(file, stretchMinutes), span)
  if (stretches[0]?.from !== span.from) {
    errors.push({
      field: 'from',
      detail: `is not where a file of ${stretchMinutes} minutes begins`,
    })
  }
  if (stretches.at(-1)?.to !== span.to) {
    errors.push({ field: 'to', detail: `is not where a file of ${stretchMinutes} minutes ends` })
  }
  if (errors.length > 0) throw wrong(errors)
  return { span, stretches }
}
