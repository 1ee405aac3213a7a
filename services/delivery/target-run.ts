import { createHash } from 'node:crypto'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import {
  afterFailure,
  afterSuccess,
  breakerState,
  newBreaker,
  type BreakerPolicy,
  type BreakerState,
} from './breaker.ts'
import { toParcel, type Composer } from './compose.ts'
import type { Answer, Carrier, Parcel } from './delivery.ts'
import type { Outcome } from './outbox/journal.ts'
import type { Outbox } from './outbox/outbox.ts'
import { afterGoing, mayGoAt, newPace } from './pace.ts'
import { createTurns, type Job } from './turns.ts'

export interface TargetRunOptions {
  readonly name: string
  readonly carrier: Carrier
  readonly composer: Composer
  readonly bodyKey: string | null
  readonly policy: TargetPolicy
  readonly outbox: Outbox
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: DeliveryMetrics
  /** A document has left, and the ledger may be told. */
  readonly onDelivered: () => void
}

export type DeliveryMetrics = Pick<
  Metrics,
  'deliveryAttempts' | 'deliveryRetries' | 'deliverySeconds' | 'deliveryGivenUp'
>

export interface TargetPolicy extends BreakerPolicy {
  /** Of the wall's time: a network knows no other. */
  readonly timeoutMs: number
  readonly requestsPerSecond: number | null
  readonly concurrency: number
  readonly giveUpAfterMs: number
}

export interface TargetRunStatus {
  readonly breaker: BreakerState
  readonly failures: number
  /** Null: whenever there is something. */
  readonly restsUntil: Instant | null
  readonly lastFailure: { readonly at: Instant; readonly reason: string } | null
}

/** Takes what waits for one target there, as fast as it bears it. */
export interface TargetRun {
  /** There is something new. */
  wake(): void
  status(): TargetRunStatus
  /** Waits a moment for what is under way, so that it need not go twice. */
  close(): Promise<void>
}

export function startTargetRun(options: TargetRunOptions): TargetRun {
  const { name, carrier, composer, policy, outbox, clock, logger, metrics } = options
  const turns = createTurns(outbox, name, composer.statesMax)
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  let isClosing = false
  let breaker = newBreaker
  let pace = newPace(policy.requestsPerSecond ?? 1, clock.now())
  let lastFailure: TargetRunStatus['lastFailure'] = null
  let resting = new AbortController()
  const running = run()

  function wake(): void {
    resting.abort()
  }

  async function run(): Promise<void> {
    while (!isClosing) {
      resting = new AbortController()
      const restMs = beginOrRest()
      if (restMs === null) await woken(resting.signal)
      else if (restMs > 0) await clock.sleep(restMs, resting.signal)
    }
  }

  function beginOrRest(): number | null {
    try {
      return begin(clock.now())
    } catch (error) {
      logger.error({ target: name, err: error }, 'the outbox cannot be read; tried again')
      return policy.delayMaxMs
    }
  }

  /** Begins one attempt if it may. Answers how long to rest then; null: until woken. */
  function begin(now: Instant): number | null {
    const state = breakerState(breaker, policy, now)
    const room = state === 'closed' ? Math.min(policy.concurrency, carrier.parallelMax) : 1
    if (underWay.size >= room) return null
    const goAt = Math.max(breaker.restsUntil, mayGoAt(pace, policy.requestsPerSecond, now))
    if (goAt > now) return goAt - now
    const job = turns.next()
    if (job === null) return null
    pace = afterGoing(pace, policy.requestsPerSecond, now)
    const going = attempt(job).catch((error: unknown) => {
      // The disk, or a fault of ours: as if the target had failed, so that it is tried again later and not at once.
      logger.error({ target: name, err: error }, 'delivery broke off')
      rest('the hub itself', null)
      turns.failed(job)
    })
    underWay.add(going)
    void going.finally(() => {
      underWay.delete(going)
      wake()
    })
    return 0
  }

  async function attempt(job: Job): Promise<void> {
    const attempts = 1 + (job.kind === 'document' ? job.document.attempts : job.attempts)
    if (attempts > 1) metrics.deliveryRetries.inc({ target: name, kind: job.kind })
    const parcel = job.kind === 'document' ? job.document : composed(job.states)
    const answer: Answer =
      parcel === null
        ? { kind: 'refused', detail: 'cannot be put in the words of the target' }
        : await withPatience((signal) => carrier.send(parcel, signal))
    // Broken off by our own closing: nobody knows, so it goes again after the next start.
    if (answer.kind === 'failed' && stopping.signal.aborted) return
    metrics.deliveryAttempts.inc({ target: name, kind: job.kind, outcome: answer.kind })
    const now = clock.now()
    if (answer.kind === 'failed') {
      rest(answer.detail, answer.retryAfterMs)
      if (job.kind === 'document' && now - job.document.putAt >= policy.giveUpAfterMs) {
        settle(job, parcel, attempts, { outcome: 'given_up', answer: answer.detail })
        return
      }
      if (job.kind === 'document') {
        outbox.transaction(() => outbox.documents.tried(job.document.id))
      }
      turns.failed(job)
      return
    }
    if (breaker.failures > 0) logger.info({ target: name }, 'delivery goes on')
    breaker = afterSuccess
    if (answer.kind === 'refused' && job.kind === 'states' && job.states.length > 1) {
      turns.alone(job)
      return
    }
    const outcome = answer.kind === 'taken' ? 'delivered' : 'refused'
    settle(job, parcel, attempts, { outcome, answer: answer.detail })
  }

  /** By hand: `AbortSignal.any` would keep something of each attempt for as long as the hub runs. */
  async function withPatience<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const patience = new AbortController()
    const timeout = new DOMException('time is up', 'TimeoutError')
    const timer = setTimeout(() => patience.abort(timeout), policy.timeoutMs)
    const stop = () => patience.abort()
    stopping.signal.addEventListener('abort', stop)
    if (stopping.signal.aborted) stop()
    try {
      return await work(patience.signal)
    } finally {
      clearTimeout(timer)
      stopping.signal.removeEventListener('abort', stop)
    }
  }

  function composed(states: Parameters<typeof toParcel>[0]): Parcel | null {
    try {
      return toParcel(states, composer, options.bodyKey)
    } catch (error) {
      logger.error({ target: name, err: error }, 'states cannot be put in the words of a target')
      return null
    }
  }

  function rest(reason: string, retryAfterMs: number | null): void {
    const now = clock.now()
    breaker = afterFailure(breaker, policy, { retryAfterMs, now, chance: Math.random() })
    lastFailure = { at: now, reason }
    const fields = { target: name, reason, failures: breaker.failures }
    if (breaker.failures === 1) logger.warn(fields, 'not delivered; it is tried again')
    else logger.debug(fields, 'not delivered again')
  }

  /** In one step: it is in the journal, and it does not go again. */
  function settle(
    job: Job,
    parcel: Parcel | null,
    attempts: number,
    { outcome, answer }: { readonly outcome: Outcome; readonly answer: string },
  ): void {
    const now = clock.now()
    const body = parcel?.body ?? new Uint8Array()
    const entry = {
      ...{ target: name, kind: job.kind, key: parcel?.key ?? '', name: parcel?.name ?? '' },
      ...{ at: now, attempts, outcome, answer, bytes: body.length },
      sha256: createHash('sha256').update(body).digest('hex'),
      states: job.kind === 'states' ? job.states.length : 0,
    }
    outbox.transaction(() => {
      outbox.journal.write(entry)
      if (job.kind === 'states') outbox.states.settle(name, job.states)
      else {
        const status = outcome === 'delivered' ? 'delivered' : 'refused'
        outbox.documents.settle(job.document.id, status, now)
      }
    })
    turns.done(job)
    tell(job, outcome, { attempts, answer, key: entry.key, now })
  }

  function tell(
    job: Job,
    outcome: Outcome,
    { now, ...fields }: { attempts: number; answer: string; key: string; now: Instant },
  ): void {
    const labels = { target: name, kind: job.kind }
    if (outcome !== 'delivered') {
      metrics.deliveryGivenUp.inc({ ...labels, outcome })
      logger.error({ ...labels, outcome, ...fields }, 'not delivered, and not tried again')
      return
    }
    const waited = job.kind === 'states' ? job.states : [job.document]
    for (const { putAt } of waited) metrics.deliverySeconds.observe(labels, (now - putAt) / 1000)
    if (job.kind === 'document') options.onDelivered()
  }

  return {
    wake,
    status: () => ({
      breaker: breakerState(breaker, policy, clock.now()),
      failures: breaker.failures,
      restsUntil: breaker.restsUntil > clock.now() ? breaker.restsUntil : null,
      lastFailure,
    }),
    async close() {
      isClosing = true
      wake()
      const timer = setTimeout(() => stopping.abort(), graceMs)
      await running
      await Promise.all(underWay)
      clearTimeout(timer)
      await carrier.close()
    },
  }
}

const graceMs = 2_000

function woken(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
