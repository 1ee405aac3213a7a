import type { Instant } from '../../schemas/events/instant.ts'
import type { Metrics } from '../runtime/metrics.ts'
import type { DispatchStatus } from './dispatch.ts'

/** How targets stand, as Prometheus reads it. */
export function showDelivery(
  metrics: Metrics,
  targets: readonly DispatchStatus[],
  now: Instant,
): void {
  const age = (at: Instant | null) => (at === null ? 0 : Math.max(0, now - at) / 1000)
  for (const { name: target, breaker, states, documents, refused } of targets) {
    for (const [kind, { count, oldestAt }] of [
      ['states', states],
      ['document', documents],
    ] as const) {
      metrics.deliveryWaiting.set({ target, kind }, count)
      metrics.deliveryOldestSeconds.set({ target, kind }, age(oldestAt))
    }
    metrics.deliveryDeadLetters.set({ target }, refused)
    metrics.deliveryBreaker.set({ target }, breakerNumbers[breaker])
  }
}

const breakerNumbers = { closed: 0, 'half-open': 1, open: 2 } as const
