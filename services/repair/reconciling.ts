import type { Instant } from '../../schemas/events/instant.ts'
import type { Appender } from '../log/appender.ts'
import type { Logger } from '../runtime/logger.ts'
import { settledMs, type ReadingTools } from './backfill.ts'
import { appendGaps } from './gap-events.ts'
import { closedGaps, missingGaps, newGaps, type Gap } from './gaps.ts'
import type { Observations } from './observations.ts'
import { readAgain } from './reading.ts'
import type { ReadableList } from './resources.ts'
import { covers, type Stretch } from './windows.ts'

export interface ReconcilingOptions extends ReadingTools {
  readonly list: ReadableList
  readonly observations: Observations
  readonly appender: Appender
  readonly logger: Logger
  /** Throws when the work is no longer wanted. */
  readonly goOn: () => void
}

/** Read twice, because an event may be in Twilio's list later than one that happened after it. */
const overlapMs = 15 * 60_000
/** Twilio keeps events so long. */
const rememberedMs = 30 * 86_400_000
const firstLookMs = 30 * 60_000

/**
 * Compares a list with the ledger since the last time, reads again what open gaps lack, and says of each gap what has become
 * of it.
 */
export async function reconcile(options: ReconcilingOptions): Promise<void> {
  const { list, journal, clock, observations } = options
  const now = clock.now()
  const known = await observations.gaps(now)
  const addedAt = await readSinceMark(options, now)
  for (const gap of known) {
    const stretch = uncovered(options, gap, now)
    if (stretch === null) continue
    const run = `gap:${stretch.from}:${stretch.to}`
    await readAgain({ ...options, run, stretch, dryRun: false, onReached: options.goOn })
  }
  const heard = await observations.heardBefore(now)
  // Where no other road leads here, everything is found by reading, and nothing was missing.
  const isHeard = heard.some(({ source }) => source === list.source)
  const missing = isHeard ? newGaps(missingGaps(list.source, addedAt, now), known) : []
  if (missing.length > 0) {
    const { source } = list
    options.logger.warn({ source, events: addedAt.length }, 'events were missing and are here now')
  }
  journal.setMark(list.name, now - settledMs)
  await closeGaps(options, [...known, ...missing], missing)
}

/** Says of the gaps that were read as a whole that they are filled or empty; the new ones are told first. */
export async function closeGaps(
  options: Pick<ReconcilingOptions, 'list' | 'journal' | 'clock' | 'appender'>,
  known: readonly Gap[],
  unsaid: readonly Gap[] = [],
): Promise<number> {
  const { list, journal, clock, appender } = options
  const open = known.filter(({ status }) => status === 'open')
  const since = Math.min(...open.map(({ from }) => from))
  const read = open.length === 0 ? [] : journal.finishedOf(list.name, since)
  const closed = closedGaps(list.source, open, read)
  await appendGaps([...unsaid, ...closed], appender, clock.now())
  return closed.length
}

async function readSinceMark(
  options: ReconcilingOptions,
  now: Instant,
): Promise<readonly Instant[]> {
  const { list, journal, goOn } = options
  const mark = journal.mark(list.name) ?? now - firstLookMs
  const from = Math.max(mark - overlapMs, now - rememberedMs)
  const reading = await readAgain({
    ...options,
    run: `since:${from}:${now}`,
    stretch: { from, to: now - settledMs },
    dryRun: false,
    onReached(at) {
      // Killed on the way, the next one need not begin at the beginning.
      if (at > mark) journal.setMark(list.name, at)
      goOn()
    },
  })
  return reading.addedAt
}

/** What is to be read for a gap to be closed; null if nothing is, or can be. */
function uncovered(
  { list, journal }: Pick<ReconcilingOptions, 'list' | 'journal'>,
  { source, status, from, to }: Gap,
  now: Instant,
): Stretch | null {
  if (source !== list.source || status !== 'open' || to === null) return null
  if (from < now - rememberedMs || to > now - settledMs) return null
  return covers(journal.finishedOf(list.name, from), { from, to }) ? null : { from, to }
}
