import { createHash } from 'node:crypto'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { AlertNotification, AlertSubject } from '../../../schemas/feeds/alerts.ts'
import { boundsOf, placeOf, type AlertRule, type AlertRules, type Bounds } from './alert-rule.ts'
import { readingsOf, type Observed, type Reading } from './readings.ts'

/** That a rule is broken by a subject: not yet for long enough (pending), or for so long that it has been told (firing). */
export interface Alert {
  readonly rule: string
  /** A rule that is of another kind by now is another rule, whatever its name. */
  readonly kind: AlertRule['kind']
  /** Severity and bounds as the rule had them when it was last looked at. */
  readonly severity: AlertRule['severity']
  readonly bounds: Bounds
  readonly subject: AlertSubject
  /** Since when it has been past the threshold, as far as it was looked at. */
  readonly since: Instant
  readonly value: number | null
  readonly firing: Firing | null
}

export interface Firing {
  readonly at: Instant
  /** Since when it is clear; null: it is not. */
  readonly clearSince: Instant | null
  readonly toldAt: Instant
  /** How often it was told again. */
  readonly repeat: number
}

/** By rule, then by the subject's id. */
export type Alerts = ReadonlyMap<string, AlertsOfRule>
type AlertsOfRule = ReadonlyMap<string, Alert>

export interface Step {
  readonly alerts: Alerts
  readonly notifications: readonly AlertNotification[]
  /** Rules of which what they look at cannot be seen now. */
  readonly unobserved: ReadonlySet<string>
  /** By rule, subjects past the threshold for which there was no room. */
  readonly crowdedOut: ReadonlyMap<string, number>
}

/** Of one rule; who has more is told of many, and of how many more there are. */
export const alertsPerRuleMax = 1_000

/**
 * What becomes of alerts by what is observed now. Between threshold and `clearAt` nothing changes; what cannot be seen
 * changes nothing either. Alerts of a rule that is gone are over.
 */
export function stepAlerts(
  before: Alerts,
  rules: AlertRules['rules'],
  observed: Observed,
  now: Instant,
): Step {
  const alerts = new Map<string, AlertsOfRule>()
  const notifications: AlertNotification[] = []
  const unobserved = new Set<string>()
  const crowdedOut = new Map<string, number>()

  for (const [name, ofRule] of before) {
    const rule = rules[name]
    for (const alert of ofRule.values()) {
      if (rule?.kind !== alert.kind) notifications.push(...ended(alert, now))
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    const known = ofKind(before.get(name), rule)
    const readings = readingsOf(rule, observed, now)
    if (readings === null) {
      unobserved.add(name)
      if (known.size > 0) alerts.set(name, known)
      continue
    }
    const step = stepRule({ name, rule, known, readings, now })
    if (step.alerts.size > 0) alerts.set(name, step.alerts)
    if (step.crowdedOut > 0) crowdedOut.set(name, step.crowdedOut)
    notifications.push(...step.notifications)
  }
  return { alerts, notifications, unobserved, crowdedOut }
}

interface RuleStep {
  readonly name: string
  readonly rule: AlertRule
  readonly known: AlertsOfRule
  readonly readings: readonly Reading[]
  readonly now: Instant
}

function stepRule({ name, rule, known, readings, now }: RuleStep) {
  const bounds = boundsOf(rule)
  const asRuled = { severity: rule.severity, bounds }
  const alerts = new Map<string, Alert>()
  const notifications: AlertNotification[] = []
  const measured = new Set<string>()
  let room = alertsPerRuleMax - known.size
  let crowdedOut = 0

  function keep({ alert, notification }: Outcome): void {
    if (alert !== null) alerts.set(alert.subject.id, alert)
    if (notification !== null) notifications.push(notification)
  }

  for (const { subject, value } of readings) {
    const alert = known.get(subject.id)
    const place = placeOf(value, bounds)
    if (alert !== undefined) {
      measured.add(subject.id)
      keep(goneOn({ ...alert, ...asRuled, subject, value }, rule, place, now))
    } else if (place === 'past') {
      const begun = { rule: name, kind: rule.kind, subject, since: now, value, firing: null }
      if (room-- > 0) keep(goneOn({ ...begun, ...asRuled }, rule, place, now))
      else crowdedOut++
    }
  }
  // Of whom there is nothing to measure any more, nothing is wrong: he has left the state, the activity, the hub.
  for (const [id, alert] of known) {
    if (!measured.has(id)) keep(goneOn({ ...alert, ...asRuled, value: null }, rule, 'clear', now))
  }
  return { alerts, notifications, crowdedOut }
}

interface Outcome {
  /** Null: it is over. */
  readonly alert: Alert | null
  readonly notification: AlertNotification | null
}

function goneOn(
  alert: Alert,
  rule: AlertRule,
  place: ReturnType<typeof placeOf>,
  now: Instant,
): Outcome {
  const { firing } = alert
  if (firing === null) {
    if (place !== 'past') return { alert: null, notification: null }
    if (now - alert.since < rule.forSeconds * 1000) return { alert, notification: null }
    return told({ ...alert, firing: { at: now, clearSince: null, toldAt: now, repeat: 0 } })
  }
  if (place === 'clear') {
    const clearSince = firing.clearSince ?? now
    if (now - clearSince >= rule.clearForSeconds * 1000) {
      const [notification = null] = ended(alert, now)
      return { alert: null, notification }
    }
    return { alert: { ...alert, firing: { ...firing, clearSince } }, notification: null }
  }
  const goesOn: Firing = { ...firing, clearSince: null }
  const isDue = rule.repeatSeconds > 0 && now - firing.toldAt >= rule.repeatSeconds * 1000
  if (!isDue) return { alert: { ...alert, firing: goesOn }, notification: null }
  return told({ ...alert, firing: { ...goesOn, toldAt: now, repeat: firing.repeat + 1 } })
}

type FiringAlert = Alert & { readonly firing: Firing }

function told(alert: FiringAlert): Outcome {
  return { alert, notification: notificationOf(alert, 'firing', alert.firing.toldAt) }
}

/** What was only pending was never told, so its end is not either. */
function ended({ firing, ...alert }: Alert, now: Instant): readonly AlertNotification[] {
  return firing === null ? [] : [notificationOf({ ...alert, firing }, 'resolved', now)]
}

function notificationOf(
  { rule, kind, severity, bounds, subject, since, value, firing }: FiringAlert,
  status: AlertNotification['status'],
  at: Instant,
): AlertNotification {
  const { threshold, clearAt, unit } = bounds
  const { at: firedAt, repeat } = firing
  const told = JSON.stringify([rule, subject.kind, subject.id, firedAt, status, repeat])
  return {
    id: createHash('sha256').update(told).digest('hex').slice(0, 32),
    ...{ rule, kind, severity, status, repeat, subject, since, firedAt, at },
    ...{ value, unit, threshold, clearAt },
  }
}

/** The alerts of a rule, unless they are of another that had its name. */
function ofKind(alerts: AlertsOfRule | undefined, { kind }: AlertRule): AlertsOfRule {
  const [first] = alerts?.values() ?? []
  return alerts === undefined || first?.kind !== kind ? none : alerts
}

const none: AlertsOfRule = new Map()
