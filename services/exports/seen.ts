import type { Span } from '../../schemas/events/instant.ts'
import type { Exports } from './configured-exports.ts'
import { tableOf, type ExportFile } from './export-file.ts'
import type { Seen } from './exporter.ts'
import type { Standing } from './plan/due.ts'

/** What is known of the time that somebody asks for by hand: it is written at once, and says what it lacks. */
export async function seenOf(exports: Exports, file: ExportFile, span: Span): Promise<Seen> {
  return seenIn(await exports.standing(tableOf(file.form), span), span)
}

/** The same of a part of the time whose standing was asked. */
export function seenIn({ asOf, gaps }: Pick<Standing, 'asOf' | 'gaps'>, span: Span): Seen {
  const isIn = (gap: Standing['gaps'][number]) =>
    gap.from < span.to && (gap.to ?? Infinity) > span.from
  return {
    asOf,
    lacks: [
      ...(asOf === null || asOf < span.to ? (['tables are behind'] as const) : []),
      ...(gaps.some(isIn) ? (['a source has a gap'] as const) : []),
    ],
  }
}
