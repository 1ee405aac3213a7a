import type { AlertNotification } from '../../schemas/feeds/alerts.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import {
  putInOutbox,
  sealFirst,
  tryAgain,
  withoutDelivery,
  type Outbox,
  type WaitingDelivery,
} from './rules/outbox.ts'
import { createWebhook, type WebhookTarget } from './webhook.ts'

/** Takes deliveries to their receiver, one at a time. What waits is in the outbox that it shows, to be kept on the disk. */
export interface Courier {
  outbox(): Outbox
  put(notifications: readonly AlertNotification[], groupMs: number): void
  /** Tries the first delivery, if it is due, and those behind it as long as they are taken. */
  run(): Promise<void>
  told(): Told
  /** Waits a moment for what is under way, so that it need not come twice; what is broken off is tried again after the next start. */
  close(): Promise<void>
}

export interface Told {
  readonly lastDeliveredAt: number | null
  readonly lastFailure: { readonly at: number; readonly reason: string } | null
}

export interface CourierOptions {
  readonly webhook: WebhookTarget
  readonly outbox: Outbox
  /** Resolves when the outbox as it is now is on the disk: nothing leaves before, or it could leave twice under two ids. */
  readonly keep: () => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'alertDeliveries'>
}

export function createCourier(options: CourierOptions): Courier {
  const { clock, logger, metrics, keep } = options
  const post = createWebhook(options.webhook)
  const stopping = new AbortController()
  let { outbox } = options
  let told: Told = { lastDeliveredAt: null, lastFailure: null }
  let running: Promise<void> | null = null
  let isClosing = false

  function giveUp(givenUp: readonly WaitingDelivery[], reason: string): void {
    for (const { id, attempts, alerts } of givenUp) {
      metrics.alertDeliveries.inc({ outcome: 'given_up' })
      const fields = { deliveryId: id, attempts, alerts: alerts.length, reason }
      logger.error(fields, 'alerts given up undelivered')
    }
  }

  async function attempt({ id, attempts, alerts, at }: WaitingDelivery): Promise<boolean> {
    const result = await post({ id, at, alerts }, new Date(), stopping.signal)
    if (result.kind !== 'taken' && stopping.signal.aborted) return false
    const now = clock.now()
    switch (result.kind) {
      case 'taken':
        metrics.alertDeliveries.inc({ outcome: 'taken' })
        told = { ...told, lastDeliveredAt: now }
        outbox = withoutDelivery(outbox, id)
        return true
      case 'refused':
        told = { ...told, lastFailure: { at: now, reason: result.reason } }
        giveUp(
          outbox.filter((delivery) => delivery.id === id),
          result.reason,
        )
        outbox = withoutDelivery(outbox, id)
        return true
      case 'failed': {
        metrics.alertDeliveries.inc({ outcome: 'failed' })
        told = { ...told, lastFailure: { at: now, reason: result.reason } }
        const change = tryAgain(outbox, id, now, Math.random())
        outbox = change.outbox
        giveUp(change.givenUp, result.reason)
        const fields = { deliveryId: id, attempts: attempts + 1, reason: result.reason }
        logger.warn(fields, 'alerts not delivered; they are tried again')
        return false
      }
    }
  }

  async function runOnce(): Promise<void> {
    for (let goesOn = true; goesOn && !isClosing;) {
      const sealed = sealFirst(outbox, clock.now())
      const first = sealed?.[0]
      if (sealed === null || first === undefined) return
      outbox = sealed
      await keep()
      goesOn = await attempt(first)
      await keep()
    }
  }

  return {
    outbox: () => outbox,
    put(notifications, groupMs) {
      const change = putInOutbox(outbox, notifications, clock.now(), groupMs)
      outbox = change.outbox
      giveUp(change.givenUp, 'too many wait')
    },
    run() {
      running ??= runOnce().finally(() => {
        running = null
      })
      return running
    },
    told: () => told,
    async close() {
      isClosing = true
      const timer = setTimeout(() => stopping.abort(), graceMs)
      await running
      clearTimeout(timer)
    },
  }
}

const graceMs = 2_000
