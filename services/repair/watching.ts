import type { Instant } from '../../schemas/events/instant.ts'
import type { Appender } from '../log/appender.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { appendGaps } from './gap-events.ts'
import {
  brokenGaps,
  downGaps,
  endedGaps,
  keyOf,
  newGaps,
  silences,
  type Gap,
  type SourceHeard,
} from './gaps.ts'
import type { Journal } from './journal.ts'
import type { Observations } from './observations.ts'

export interface WatchingOptions {
  readonly observations: Observations
  readonly journal: Journal
  readonly appender: Appender
  readonly clock: Clock
  readonly logger: Logger
  readonly silenceMs: number
}

/** Stories are looked at for so long back, and not before late events have had time to come. */
const storiesFromMs = 2 * 3_600_000
const storiesToMs = 10 * 60_000

/** Looks at every source once, and appends what is new about its gaps. */
export async function watch(options: WatchingOptions): Promise<void> {
  const { observations, journal, appender, clock, logger } = options
  const now = clock.now()
  const known = await observations.gaps(now)
  const down: Gap[] = []
  for (const start of journal.starts()) {
    const heard = await observations.heardBefore(start.startedAt)
    const gaps = downGaps(start.lastTickAt, start.startedAt, heard)
    // Until the tables show them, whoever asks those what is missing would not hear of it.
    if (newGaps(gaps, known).length === 0) journal.settleStart(start)
    else down.push(...gaps)
  }
  const broken = await observations.brokenStories(now - storiesFromMs, now - storiesToMs)
  const found = [
    ...down,
    ...(await silencesOf(options, [...known, ...down], now)),
    ...newGaps(brokenGaps(broken), [...known, ...down]),
  ]
  const told = [
    ...newGaps(found, known),
    ...(await endedOf(observations, known)),
    ...(await healedOf(observations, known, now)),
  ]
  await appendGaps(told, appender, now)
  for (const { source, reason, status, from, to } of told) {
    logger.warn({ source, reason, status, from, to }, 'gap of a source')
  }
}

async function silencesOf(
  { observations, silenceMs }: WatchingOptions,
  known: readonly Gap[],
  now: Instant,
): Promise<readonly Gap[]> {
  const heard = await observations.heardBefore(now)
  const silent = heard
    .filter(({ source }) => !known.some((gap) => gap.source === source && gap.to === null))
    .map((one) => sinceGaps(one, known))
    .filter(({ lastReceivedAt }) => now - lastReceivedAt >= silenceMs)
  return silences(await observations.expectations(silent, now), now, silenceMs)
}

/** What a gap already says is said: the silence begins behind it. */
function sinceGaps({ source, lastReceivedAt }: SourceHeard, known: readonly Gap[]): SourceHeard {
  const ends = known.filter((gap) => gap.source === source).map(({ to }) => to ?? 0)
  return { source, lastReceivedAt: Math.max(lastReceivedAt, ...ends) }
}

async function endedOf(observations: Observations, known: readonly Gap[]): Promise<readonly Gap[]> {
  const open = known.filter(({ status, to }) => status === 'open' && to === null)
  const heardAgain = new Map<string, Instant>()
  for (const gap of open) {
    const at = await observations.firstHeardAfter(gap.source, gap.from)
    if (at !== null) heardAgain.set(keyOf(gap), at)
  }
  return endedGaps(open, heardAgain)
}

/** What a story lacked has come late, by whichever road: the story is whole, and so the gap is filled. */
async function healedOf(
  observations: Observations,
  known: readonly Gap[],
  now: Instant,
): Promise<readonly Gap[]> {
  const healed: Gap[] = []
  for (const gap of known) {
    if (gap.status !== 'open' || gap.reason !== 'missing' || gap.to === null) continue
    const broken = await observations.brokenStories(gap.from, Math.min(now, gap.to))
    if (broken.every(({ source }) => source !== gap.source)) {
      healed.push({ ...gap, status: 'filled' })
    }
  }
  return healed
}
