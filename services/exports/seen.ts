import type { Span } from '../../schemas/events/instant.ts'
import type { Exports } from './configured-exports.ts'
import { tableOf, type ExportFile } from './export-file.ts'
import type { Seen } from './exporter.ts'

/** What is known of the time that somebody asks for by hand: it is written at once, and says what it lacks. */
export async function seenOf({ standing }: Exports, file: ExportFile, span: Span): Promise<Seen> {
  const { asOf, gaps } = await standing(tableOf(file.form), span)
  return {
    asOf,
    lacks: [
      ...(asOf === null || asOf < span.to ? (['tables are behind'] as const) : []),
      ...(gaps.length > 0 ? (['a source has a gap'] as const) : []),
    ],
  }
}
