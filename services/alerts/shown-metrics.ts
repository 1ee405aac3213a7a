import type { Instant } from '../../schemas/events/instant.ts'
import type { AlertSubject } from '../../schemas/feeds/alerts.ts'
import type { Metrics } from '../runtime/metrics.ts'
import type { Step } from './rules/alert-fold.ts'
import type { AlertRule, AlertRules } from './rules/alert-rule.ts'
import type { Outbox } from './rules/outbox.ts'

export interface ShownAlerts {
  readonly rules: AlertRules['rules']
  readonly step: Step
  readonly outbox: Outbox
  readonly now: Instant
}

/** Alerts as Prometheus reads them: counted by rule, because thousands of subjects would be thousands of series. */
export function showAlerts(metrics: Metrics, { rules, step, outbox, now }: ShownAlerts): void {
  const { alertFiring, alertPending, alertUnobserved } = metrics
  // A rule that is gone is not shown any more.
  for (const gauge of [alertFiring, alertPending, alertUnobserved]) gauge.reset()
  for (const [rule, { kind, severity }] of Object.entries(rules)) {
    const alerts = [...(step.alerts.get(rule)?.values() ?? [])]
    const firing = alerts.filter((alert) => alert.firing !== null).length
    const labels = { rule, subject: subjectOf(kind), severity }
    alertFiring.set(labels, firing)
    alertPending.set(labels, alerts.length - firing)
    alertUnobserved.set({ rule }, step.unobserved.has(rule) ? 1 : 0)
  }
  metrics.alertDeliveriesWaiting.set(outbox.length)
  const oldest = outbox[0]
  metrics.alertDeliveriesOldestSeconds.set(oldest === undefined ? 0 : (now - oldest.at) / 1000)
}

function subjectOf(kind: AlertRule['kind']): AlertSubject['kind'] {
  switch (kind) {
    case 'oldest_wait':
    case 'waiting':
    case 'service_level':
      return 'queue'
    case 'agent_state':
    case 'agent_activity':
    case 'out_of_adherence':
      return 'agent'
    case 'unclassed_activity':
    case 'unmapped_activity':
      return 'activity'
    case 'source_silent':
      return 'source'
    case 'lag':
      return 'ledger'
  }
}
