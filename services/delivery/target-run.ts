import { createHash } from 'node:crypto'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { woken } from '../runtime/woken.ts'
import {
  afterFailure,
  afterSuccess,
  breakerState,
  newBreaker,
  type BreakerPolicy,
  type BreakerState,
} from './breaker.ts'
import { toParcels, toSnapshotParcels, type Composer } from './compose.ts'
import type { Answer, Carrier, Parcel } from './delivery.ts'
import type { Outcome } from './outbox/journal.ts'
import type { Outbox } from './outbox/outbox.ts'
import { withPatience } from './patience.ts'
import { afterGoing, mayGoAt, newPace } from './pace.ts'
import { createTurns, type Job, type SnapshotJob } from './turns.ts'

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
  /** Tells everybody's state at once, as soon as it may; nothing, where the target does not take that. */
  wantSnapshot(): void
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
  let wantsSnapshot = false
  let isSnapshotBusy = false
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
    if (underWay.size >= room || isSnapshotBusy) return null
    // Nothing overtakes a snapshot, nor is overtaken by it.
    if (wantsSnapshot && underWay.size > 0) return null
    const goAt = Math.max(breaker.restsUntil, mayGoAt(pace, policy.requestsPerSecond, now))
    if (goAt > now) return goAt - now
    const job = nextSnapshot(now) ?? turns.next()
    if (job === null) return null
    isSnapshotBusy = job.kind === 'snapshot'
    pace = afterGoing(pace, policy.requestsPerSecond, now)
    const going = attempt(job).catch((error: unknown) => {
      // The disk, or a fault of ours: as if the target had failed, so that it is tried again later and not at once.
      logger.error({ target: name, err: error }, 'delivery broke off')
      rest('the hub itself', null)
      if (job.kind !== 'snapshot') turns.failed(job)
    })
    underWay.add(going)
    void going.finally(() => {
      underWay.delete(going)
      if (job.kind === 'snapshot') isSnapshotBusy = false
      wake()
    })
    return 0
  }

  /** It is made anew for each attempt: an old one would tell what was. */
  function nextSnapshot(now: Instant): SnapshotJob | null {
    if (!wantsSnapshot) return null
    const snapshot = composer.snapshot?.(options.bodyKey, now) ?? null
    if (snapshot !== null) {
      const parcels = toSnapshotParcels(snapshot, now)
      if (parcels.length > 0) return { kind: 'snapshot', states: snapshot.states, parcels }
    }
    wantsSnapshot = false
    return null
  }

  async function attempt(job: Job | SnapshotJob): Promise<void> {
    const kind = job.kind === 'document' ? 'document' : 'states'
    const attempts = 1 + attemptsOf(job)
    if (attempts > 1) metrics.deliveryRetries.inc({ target: name, kind })
    const parcels =
      job.kind === 'document'
        ? [job.document]
        : job.kind === 'snapshot'
          ? job.parcels
          : composed(job.states)
    const answer = await sendAll(parcels)
    // Broken off by our own closing: nobody knows, so it goes again after the next start.
    if (answer.kind === 'failed' && stopping.signal.aborted) return
    metrics.deliveryAttempts.inc({ target: name, kind, outcome: answer.kind })
    const now = clock.now()
    if (answer.kind === 'failed') {
      rest(answer.detail, answer.retryAfterMs)
      if (job.kind === 'snapshot') return
      if (job.kind === 'document' && now - job.document.putAt >= policy.giveUpAfterMs) {
        settle(job, parcels, attempts, { outcome: 'given_up', answer: answer.detail })
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
    if (job.kind === 'snapshot') wantsSnapshot = false
    settle(job, parcels, attempts, { outcome, answer: answer.detail })
  }

  /** One after the other, up to the first that is not taken; then all go again, under the keys that they had. */
  async function sendAll(parcels: readonly Parcel[]): Promise<Answer> {
    let answer: Answer = { kind: 'refused', detail: 'cannot be put in the words of the target' }
    for (const parcel of parcels) {
      answer = await withPatience(policy.timeoutMs, stopping.signal, (signal) =>
        carrier.send(parcel, signal),
      )
      if (answer.kind !== 'taken') return answer
    }
    return answer
  }

  function composed(states: Parameters<typeof toParcels>[0]): readonly Parcel[] {
    try {
      return toParcels(states, composer, options.bodyKey)
    } catch (error) {
      logger.error({ target: name, err: error }, 'states cannot be put in the words of a target')
      return []
    }
  }

  function rest(reason: string, retryAfterMs: number | null): void {
    const now = clock.now()
    breaker = afterFailure(breaker, policy, { retryAfterMs, now, chance: Math.random() })
    lastFailure = { at: now, reason }
    // After an outage everybody is told first: what the target has missed nobody knows.
    if (breaker.failures === policy.failuresMax) wantsSnapshot = composer.snapshot !== undefined
    const fields = { target: name, reason, failures: breaker.failures }
    if (breaker.failures === 1) logger.warn(fields, 'not delivered; it is tried again')
    else logger.debug(fields, 'not delivered again')
  }

  /** In one step: it is in the journal, and it does not go again. */
  function settle(
    job: Job | SnapshotJob,
    parcels: readonly Parcel[],
    attempts: number,
    { outcome, answer }: { readonly outcome: Outcome; readonly answer: string },
  ): void {
    const now = clock.now()
    const kind = job.kind === 'document' ? 'document' : 'states'
    const entries = (parcels.length === 0 ? [nothing] : parcels).map((parcel, index) => ({
      ...({ target: name, kind, key: parcel.key, name: parcel.name } as const),
      ...{ at: now, attempts, outcome, answer, bytes: parcel.body.length },
      sha256: createHash('sha256').update(parcel.body).digest('hex'),
      states: job.kind === 'document' || index > 0 ? 0 : job.states.length,
    }))
    outbox.transaction(() => {
      for (const entry of entries) outbox.journal.write(entry)
      if (job.kind === 'document') {
        const status = outcome === 'delivered' ? 'delivered' : 'refused'
        outbox.documents.settle(job.document.id, status, now)
      } else if (job.kind === 'states' || outcome === 'delivered') {
        if (job.kind === 'snapshot') outbox.states.put(name, job.states, now)
        outbox.states.settle(name, job.states)
      }
    })
    if (job.kind !== 'snapshot') turns.done(job)
    if (job.kind !== 'document' && outcome === 'delivered') composer.delivered?.(job.states, now)
    tell(job, outcome, { attempts, answer, key: entries[0]?.key ?? '', now })
  }

  function tell(
    job: Job | SnapshotJob,
    outcome: Outcome,
    { now, ...fields }: { attempts: number; answer: string; key: string; now: Instant },
  ): void {
    const labels = { target: name, kind: job.kind === 'document' ? 'document' : 'states' } as const
    if (outcome !== 'delivered') {
      metrics.deliveryGivenUp.inc({ ...labels, outcome })
      logger.error({ ...labels, outcome, ...fields }, 'not delivered, and not tried again')
      return
    }
    if (job.kind === 'snapshot') return
    const waited = job.kind === 'states' ? job.states : [job.document]
    for (const { putAt } of waited) metrics.deliverySeconds.observe(labels, (now - putAt) / 1000)
    if (job.kind === 'document') options.onDelivered()
  }

  return {
    wake,
    wantSnapshot() {
      wantsSnapshot = composer.snapshot !== undefined
      wake()
    },
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

const nothing = { key: '', name: '', body: new Uint8Array() }

function attemptsOf(job: Job | SnapshotJob): number {
  switch (job.kind) {
    case 'document':
      return job.document.attempts
    case 'states':
      return job.attempts
    case 'snapshot':
      return 0
  }
}
