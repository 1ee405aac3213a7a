import type { Instant } from '../../schemas/events/instant.ts'
import type { Judged } from '../ingest/verdict.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Journal } from './journal.ts'
import type { Merge } from './merging.ts'
import type { ReadableList } from './resources.ts'
import {
  halved,
  lengthAfter,
  nextWindow,
  windowItemsMax,
  windowMsFirst,
  type Stretch,
} from './windows.ts'

export interface Reading {
  readonly windows: number
  readonly skipped: number
  readonly read: number
  readonly known: number
  readonly refused: number
  readonly addedAt: readonly Instant[]
}

export interface ReadingOptions {
  /** The same name is the same run: what it had finished before it was broken off is not read again. */
  readonly run: string
  readonly list: ReadableList
  readonly stretch: Stretch
  readonly dryRun: boolean
  readonly journal: Journal
  readonly merge: Merge
  readonly clock: Clock
  /** Called after each window, with the instant that was reached. Throws when the work is no longer wanted. */
  readonly onReached: (at: Instant) => void
}

/**
 * Reads a stretch of a list again, window by window, and merges it into the ledger. Broken off wherever, the same call
 * goes on behind the last window that it had finished.
 */
export async function readAgain(options: ReadingOptions): Promise<Reading> {
  const { list, stretch, dryRun, journal, merge, clock, onReached } = options
  const run = `${list.name}:${options.run}`
  // A dry run leaves nothing behind, and takes nothing for done.
  const before = dryRun ? [] : journal.windowsOf(run)
  const addedAt: Instant[] = []
  let [windows, read, known, refused] = [0, 0, 0, 0]
  let reached = before.reduce((latest, { to }) => Math.max(latest, to), stretch.from)
  let windowMs = windowMsFirst
  while (reached < stretch.to) {
    onReached(reached)
    const { window, items } = await readWindow(list, nextWindow(stretch, reached, windowMs))
    const merged = await merge(list.source, inOrder(items), { dryRun })
    if (!dryRun) {
      const noted = { ...window, read: items.length, added: merged.addedAt.length }
      journal.note(run, list.name, noted, clock.now())
    }
    windows += 1
    read += items.length
    known += merged.known
    refused += merged.refused
    for (const at of merged.addedAt) addedAt.push(at)
    windowMs = lengthAfter(window, items.length)
    reached = window.to
  }
  if (!dryRun) journal.finish(run)
  onReached(stretch.to)
  return { windows, skipped: before.length, read, known, refused, addedAt }
}

/** The window as long as it may be without holding more than can be held; what cannot be halved any more is taken whole. */
async function readWindow(
  list: ReadableList,
  asked: Stretch,
): Promise<{ readonly window: Stretch; readonly items: readonly Judged[] }> {
  for (let window = asked; ;) {
    const shorter = halved(window)
    const items: Judged[] = []
    let isTooMuch = false
    for await (const page of list.pages(window)) {
      items.push(...page)
      isTooMuch = shorter !== null && items.length > windowItemsMax
      if (isTooMuch) break
    }
    if (!isTooMuch || shorter === null) return { window, items }
    window = shorter
  }
}

/** Twilio promises no order. In the ledger what happened first stands first, as far as that can be had. */
function inOrder(items: readonly Judged[]): readonly Judged[] {
  return items.toSorted((a, b) => timeOf(a) - timeOf(b))
}

function timeOf({ verdict }: Judged): Instant {
  if (verdict.kind === 'refused') return 0
  return verdict.kind === 'unknown' ? verdict.event.at : (verdict.events[0]?.at ?? 0)
}
