import type { Instant } from '../../../schemas/events/instant.ts'
import type { AlertDelivery, AlertNotification } from '../../../schemas/feeds/alerts.ts'
import { backoffMs } from '../../runtime/backoff.ts'

/** What has not been taken by the receiver yet, in the order in which it goes out: one at a time, none before the one before it. */
export type Outbox = readonly WaitingDelivery[]

export interface WaitingDelivery extends AlertDelivery {
  /** More may join it until it has been tried. */
  readonly isSealed: boolean
  /** It goes out from then on. */
  readonly dueAt: Instant
  readonly attempts: number
}

/** What the outbox is after something, and the deliveries that were given up. */
export interface Change {
  readonly outbox: Outbox
  readonly givenUp: readonly WaitingDelivery[]
}

export const alertsPerDeliveryMax = 500
export const deliveriesMax = 1_000

/** A delivery is given up when its receiver has not taken it for so long. */
export const keptMs = 86_400_000

/**
 * Puts them with those that are about to go out, or into deliveries that go out after `groupMs`. The id of a delivery is that
 * of its first notification. Of too many the oldest are given up.
 */
export function putInOutbox(
  outbox: Outbox,
  notifications: readonly AlertNotification[],
  now: Instant,
  groupMs: number,
): Change {
  const deliveries = [...outbox]
  const last = deliveries.at(-1)
  let put = 0
  if (last?.isSealed === false) {
    put = alertsPerDeliveryMax - last.alerts.length
    const alerts = [...last.alerts, ...notifications.slice(0, put)]
    deliveries[deliveries.length - 1] = { ...last, alerts }
  }
  for (; put < notifications.length; put += alertsPerDeliveryMax) {
    const alerts = notifications.slice(put, put + alertsPerDeliveryMax)
    const [first] = alerts
    if (first === undefined) break
    const waiting = { isSealed: false, dueAt: now + groupMs, attempts: 0 }
    deliveries.push({ id: first.id, at: now, alerts, ...waiting })
  }
  const excess = Math.max(0, deliveries.length - deliveriesMax)
  return { outbox: deliveries.slice(excess), givenUp: deliveries.slice(0, excess) }
}

/** The outbox with its first delivery ready to go, if it is due: what is sent under an id does not change any more. */
export function sealFirst(outbox: Outbox, now: Instant): Outbox | null {
  const [first, ...others] = outbox
  return first === undefined || first.dueAt > now ? null : [{ ...first, isSealed: true }, ...others]
}

export function withoutDelivery(outbox: Outbox, id: string): Outbox {
  return outbox.filter((delivery) => delivery.id !== id)
}

/** After an attempt that has failed: again in a while, unless it has been tried for too long. `chance` is from 0 to 1. */
export function tryAgain(outbox: Outbox, id: string, now: Instant, chance: number): Change {
  const givenUp: WaitingDelivery[] = []
  const kept = outbox.flatMap((delivery) => {
    if (delivery.id !== id) return [delivery]
    const attempts = delivery.attempts + 1
    if (now - delivery.at >= keptMs) {
      givenUp.push({ ...delivery, attempts })
      return []
    }
    return [
      { ...delivery, attempts, dueAt: now + Math.round(backoffMs(attempts, backoff, chance)) },
    ]
  })
  return { outbox: kept, givenUp }
}

const backoff = { firstDelayMs: 1_000, delayMaxMs: 300_000 }
