import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ExportResult } from '../../schemas/feeds/exports.ts'
import type { Exports } from './configured-exports.ts'
import { tableOf, type ExportFile } from './export-file.ts'
import { short } from './exporter.ts'
import type { IntervalSource } from './interval-source.ts'
import type { Standing } from './plan/due.ts'
import { seenIn } from './seen.ts'
import { shownFaults } from './shown-faults.ts'
import { stretchesOf } from './plan/stretches.ts'

export interface AskedStretches {
  readonly stretches: readonly Span[]
  readonly span: Span
  /** Also what was written and says the same. */
  readonly isAgain: boolean
}

/** So many files at the most at one call; whoever asks for years asks again from where it has come to. */
const filesMax = 50

/** So many stretches are read at once. */
const aheadMax = 10

/**
 * Writes stretches of the past, one after the other, as the scheduler writes those of the present: what was written and
 * says the same is left, so whoever was cut off begins again where he likes.
 */
export async function writeStretches(
  exports: Exports,
  file: ExportFile,
  { stretches, span, isAgain }: AskedStretches,
): Promise<ExportResult> {
  const { exporter, journal } = exports
  await exporter.resume(file)
  const result: ExportResult = { written: [], known: 0, refused: [], next: null }
  const told = journal.told(file, span.from)
  let files = 0
  let part: Span = { from: span.from, to: span.from }
  let source = exporter.ahead(file, part)
  let standing: Promise<Standing> | null = null
  for (const [index, stretch] of stretches.entries()) {
    if (files >= filesMax) return { ...result, next: iso(stretch.from) }
    if (stretch.from >= part.to) {
      const to = stretches[Math.min(index + aheadMax, stretches.length) - 1]?.to ?? stretch.to
      part = { from: stretch.from, to }
      source = exporter.ahead(file, part)
      standing = null
    }
    if (!isAgain && (await isKnown(stretch, source))) {
      result.known += 1
      continue
    }
    files += 1
    standing ??= exports.standing(tableOf(file.form), part)
    const seen = seenIn(await standing, stretch)
    const isRestated = told.has(stretch.from)
    const how = { isRestated, since: null, source }
    const sent = await exporter.send(file, stretch, seen, how)
    if (sent.kind === 'sent') result.written.push(sent.manifest)
    else if (sent.kind === 'same') result.known += 1
    else {
      const { from, to } = stretch
      result.refused.push({ from: iso(from), to: iso(to), faults: shownFaults(sent.faults) })
    }
  }
  return result

  /** All of it was told, and says the same. */
  async function isKnown(stretch: Span, source: IntervalSource): Promise<boolean> {
    const own = stretchesOf(exporter.grid(file), stretch)
    const parts = own.map(({ from }) => told.get(from))
    if (own.length === 0 || parts.includes(undefined)) return false
    const printOf = await exporter.prints(file, stretch, source)
    return own.every((one, index) => parts[index]?.print === short(printOf(one)))
  }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
