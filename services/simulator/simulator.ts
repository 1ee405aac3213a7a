import type { Instant } from '../../schemas/events/instant.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import { sendings, type Disorder } from './delivery/disorder.ts'
import { createPace } from './delivery/pace.ts'
import { openPoster } from './delivery/post.ts'
import { createCarrier, type Road } from './delivery/road.ts'
import { createSender } from './delivery/sender.ts'
import { checkSecrets, type SignedWith } from './delivery/said-parcels.ts'
import { withoutLost, type LostStretch } from './delivery/lost-stretch.ts'
import type { Happening, SaidEvent } from './model/happening.ts'
import { openSimulation, type Simulation, type SimulationOptions } from './model/simulation.ts'
import type { SourceName } from './model/sources.ts'

export interface SimulateOptions extends SimulationOptions, SignedWith {
  /** The hub's address, as Twilio would be given it: scheme, host and port. */
  readonly target: string
  readonly authToken: string
  /** How much faster than the clock simulated time goes: 1 is real time, Infinity as fast as the hub takes it. */
  readonly speed?: number
  /** What lies before this is sent at once; from here on, time goes at `speed`. By default everything is paced. */
  readonly paceFrom?: Instant
  readonly road?: Road
  /** Events a request on the road of Event Streams. */
  readonly batchSize?: number
  readonly disorder?: Partial<Disorder>
  /** What happens in them is not sent, and not sent later either: the report has it. */
  readonly lost?: readonly LostStretch[]
  /** Requests at once. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
  readonly clock?: Clock
  /** Told of each event that has happened, and of each request that was acknowledged. */
  readonly onProgress?: (progress: Progress) => void
  /** Whether the sids of everything acknowledged are kept: on by default, too much for months. */
  readonly keepSids?: boolean
}

export interface Progress {
  /** How far simulated time has come. */
  readonly at: Instant
  readonly eventsCount: number
  /** Deliveries begun: an event that travels two roads, or twice, counts each time. */
  readonly sentCount: number
  readonly acknowledgedCount: number
  readonly requestsCount: number
  readonly retriesCount: number
}

export interface SimulateReport extends Progress {
  /** The sids that the hub has acknowledged at least once. */
  readonly acknowledged: ReadonlySet<string>
  /** What a source has said while it was lost. */
  readonly lost: readonly Happening[]
  /** The signal ended it before everything was sent and acknowledged. */
  readonly isAborted: boolean
  /** What was simulated: its chronicle is the truth. */
  readonly simulation: Simulation
}

/** A stretch that has been going on for a while, is sent up to now at once, and goes on in real time. */
export function liveStretch(
  now: Instant,
  { warmUpMs = 45 * 60_000, lengthMs = 86_400_000 } = {},
): Pick<SimulateOptions, 'startAt' | 'endAt' | 'paceFrom' | 'speed'> {
  return { startAt: now - warmUpMs, endAt: now + lengthMs, paceFrom: now, speed: 1 }
}

/**
 * Sends a stretch of a simulated centre's life to a hub, signed as Twilio signs. Nothing is lost: what the hub does not
 * acknowledge is sent again until it does, or until the signal says stop.
 */
export async function simulate(options: SimulateOptions): Promise<SimulateReport> {
  const { signal, clock = systemClock, concurrency = 8 } = options
  checkSecrets((options.sources ?? []).filter(isOfOthers), options)
  const simulation = openSimulation(options)
  const lost: Happening[] = []
  const tally = createTally(options)
  const poster = openPoster(concurrency)
  const sender = createSender({ poster, concurrency, clock, signal, ...tally })
  const carrier = createCarrier({
    road: options.road ?? 'callback',
    batchSize: options.batchSize ?? 100,
    centre: options.centre,
    destination: options,
    sender,
  })
  const until = createPace({
    from: options.paceFrom ?? options.startAt,
    speed: options.speed ?? Infinity,
    clock,
    signal,
    beforeRest: () => carrier.flush(),
  })
  const isStopped = (): boolean => signal?.aborted === true
  let isCutShort = false
  try {
    const happened = tally.counted(simulation.happenings)
    const events = withoutLost(happened, options.lost ?? [], (each) => lost.push(each))
    for (const { event, dueAt } of sendings(events, options.seed, options.disorder)) {
      await until(dueAt)
      if ((isCutShort = isStopped())) break
      await carrier.carry(event)
    }
    if (!isCutShort) await carrier.flush()
    await sender.drain()
  } finally {
    poster.close()
  }
  const { counts, acknowledged } = tally
  const isAborted = isCutShort || counts.acknowledgedCount < counts.sentCount
  return { ...counts, acknowledged, lost, isAborted, simulation }
}

function isOfOthers(source: SourceName): source is SaidEvent['source'] {
  return source !== 'taskrouter'
}

type Counts = { -readonly [Name in keyof Progress]: Progress[Name] }

type Tally = Pick<Parameters<typeof createSender>[0], 'onSent' | 'onAcknowledged' | 'onRetry'> & {
  readonly counts: Counts
  readonly acknowledged: ReadonlySet<string>
  counted(events: Iterable<Happening>): Iterable<Happening>
}

function createTally({ startAt, keepSids = true, onProgress }: SimulateOptions): Tally {
  const acknowledged = new Set<string>()
  const counts: Counts = {
    at: startAt,
    eventsCount: 0,
    sentCount: 0,
    acknowledgedCount: 0,
    requestsCount: 0,
    retriesCount: 0,
  }
  return {
    counts,
    acknowledged,
    onSent: ({ sids }) => (counts.sentCount += sids.length),
    onRetry: () => (counts.retriesCount += 1),
    onAcknowledged({ sids }) {
      counts.requestsCount++
      counts.acknowledgedCount += sids.length
      if (keepSids) for (const sid of sids) acknowledged.add(sid)
      onProgress?.({ ...counts })
    },
    *counted(events) {
      for (const event of events) {
        counts.eventsCount++
        counts.at = event.at
        onProgress?.({ ...counts })
        yield event
      }
    },
  }
}
