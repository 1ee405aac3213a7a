import type { Instant } from '../../schemas/events/instant.ts'
import type {
  BackfillRequest,
  BackfillResult,
  WorkProgress,
} from '../../schemas/feeds/operations.ts'
import type { Clock } from '../runtime/clock.ts'
import { workRate } from '../runtime/work-rate.ts'
import type { Journal } from './journal.ts'
import type { Merge } from './merging.ts'
import { readAgain } from './reading.ts'
import type { ReadableList } from './resources.ts'
import type { Stretch } from './windows.ts'

/** What reading again needs, whoever asks for it. */
export interface ReadingTools {
  readonly journal: Journal
  readonly merge: Merge
  readonly clock: Clock
}

/** What happened so lately may not be in Twilio's lists yet. */
export const settledMs = 60_000

/** Reads a stretch of each list again, one after the other. */
export async function backfill(
  request: BackfillRequest,
  lists: readonly ReadableList[],
  tools: ReadingTools,
  onProgress: (progress: WorkProgress) => void,
): Promise<Omit<BackfillResult, 'gapsClosed'>> {
  const { clock } = tools
  const { from, dryRun } = request
  const to = Math.max(from, Math.min(request.to, clock.now() - settledMs))
  const stretch: Stretch = { from, to }
  const run = `backfill:${from}:${request.to}`
  const progress = createProgress(stretch, lists.length, clock, onProgress)
  const resources: BackfillResult['resources'] = []
  for (const [index, list] of lists.entries()) {
    const options = { ...tools, run, list, stretch, dryRun }
    const reading = await readAgain({ ...options, onReached: (at) => progress(index, at) })
    const { addedAt, ...counts } = reading
    resources.push({ resource: list.name, ...counts, added: addedAt.length })
  }
  return { ...stretch, dryRun, resources }
}

/** In seconds of the stretch, once for each list. */
function createProgress(
  { from, to }: Stretch,
  lists: number,
  clock: Clock,
  onProgress: (progress: WorkProgress) => void,
): (index: number, reached: Instant) => void {
  const beganAt = clock.now()
  let beganDone: number | null = null
  const total = Math.round((Math.max(0, to - from) * lists) / 1000)
  return (index, reached) => {
    const done = Math.min(total, Math.round((reached - from + index * (to - from)) / 1000))
    // What an earlier run had read already says nothing of how fast this one is.
    beganDone ??= done
    const rate = workRate(done - beganDone, total - done, clock.now() - beganAt)
    onProgress({ done, total, ...rate })
  }
}
