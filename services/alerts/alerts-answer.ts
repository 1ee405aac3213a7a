import type { Instant } from '../../schemas/events/instant.ts'
import type { AlertsAnswer } from '../../schemas/feeds/alerts.ts'
import type { Told } from './courier.ts'
import type { Alert, Step } from './rules/alert-fold.ts'
import type { AlertRules } from './rules/alert-rule.ts'
import type { Outbox } from './rules/outbox.ts'
import { unmatchedNames, type Observed } from './rules/readings.ts'

export interface Answerable {
  readonly rules: AlertRules['rules']
  readonly step: Step
  /** Null: nothing has been looked at yet. */
  readonly observed: Observed | null
  readonly evaluatedAt: Instant | null
  readonly outbox: Outbox
  /** Null: there is no webhook. */
  readonly told: Told | null
  readonly now: Instant
}

/** What fires and what may soon, as the API shows it. */
export function answerOf(answerable: Answerable): AlertsAnswer {
  const { rules, step, observed, evaluatedAt, outbox, told, now } = answerable
  return {
    ...{ at: now, evaluatedAt },
    rules: Object.entries(rules).map(([rule, of]) => {
      const alerts = [...(step.alerts.get(rule)?.values() ?? [])]
      const firing = alerts.filter((alert) => alert.firing !== null).length
      return {
        ...{ rule, kind: of.kind, severity: of.severity, firing, pending: alerts.length - firing },
        isObserved: observed !== null && !step.unobserved.has(rule),
        crowdedOut: step.crowdedOut.get(rule) ?? 0,
        unmatched: observed === null ? [] : [...unmatchedNames(of, observed)],
      }
    }),
    alerts: [...step.alerts.values()]
      .flatMap((ofRule) => [...ofRule.values()])
      .toSorted((a, b) => a.since - b.since)
      .map(shown),
    delivery: {
      isConfigured: told !== null,
      waiting: outbox.length,
      oldestWaitingSince: outbox[0]?.at ?? null,
      lastDeliveredAt: told?.lastDeliveredAt ?? null,
      lastFailure: told?.lastFailure ?? null,
    },
  }
}

/** Of a process that has no rules. */
export function noAlerts(now: Instant): AlertsAnswer {
  return answerOf({
    ...{ rules: {}, observed: null, evaluatedAt: null, outbox: [], told: null, now },
    step: { alerts: new Map(), notifications: [], unobserved: new Set(), crowdedOut: new Map() },
  })
}

function shown(alert: Alert): AlertsAnswer['alerts'][number] {
  const { rule, kind, severity, bounds, subject, since, value, firing } = alert
  const { unit, threshold, clearAt } = bounds
  return {
    ...{ rule, kind, severity, status: firing === null ? 'pending' : 'firing', subject, since },
    firedAt: firing?.at ?? null,
    clearSince: firing?.clearSince ?? null,
    lastToldAt: firing?.toldAt ?? null,
    ...{ value, unit, threshold, clearAt },
  }
}
