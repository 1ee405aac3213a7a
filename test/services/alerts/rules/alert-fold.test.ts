import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  alertsPerRuleMax,
  stepAlerts,
  type Alerts,
} from '../../../../services/alerts/rules/alert-fold.ts'
import type { AlertRules } from '../../../../services/alerts/rules/alert-rule.ts'
import type { Observed } from '../../../../services/alerts/rules/readings.ts'
import { aQueue, nothing, rulesOf, start, withState } from './observed-centre.ts'

const second = 1_000

/** How many wait in the one queue; null: nobody can see it. */
type Waiting = number | null

function seen(waiting: Waiting): Observed {
  if (waiting === null) return { ...nothing, state: null }
  return withState({ queues: [aQueue('billing', { waiting })] })
}

/** What is told when so many wait, one second after another. */
function tell(rules: AlertRules['rules'], waits: readonly Waiting[], before: Alerts = new Map()) {
  let alerts = before
  const notifications = waits.flatMap((waiting, index) => {
    const step = stepAlerts(alerts, rules, seen(waiting), start + index * second)
    alerts = step.alerts
    return step.notifications
  })
  return { alerts, notifications }
}

/** The same in short: at which second, what, and the number. */
function told(text: string, waits: readonly Waiting[]) {
  const { rules } = rulesOf(`rules: {busy: {kind: waiting, ${text}}}`)
  return tell(rules, waits).notifications.map(
    ({ at, status, repeat, value }) =>
      `${(at - start) / second} ${status}${repeat === 0 ? '' : ` again ${repeat}`} ${value}`,
  )
}

test('an alert fires when the number has been past the threshold for as long as asked, without a break', () => {
  expect(told('moreThan: 5, forSeconds: 2', [6, 6, 5, 6, 7, 8, 9])).toEqual(['5 firing 8'])
})

test('it is over when the number has been clear for as long as asked, without a break', () => {
  const rule = 'moreThan: 5, clearAt: 2, clearForSeconds: 2'
  expect(told(rule, [6, 2, 2, 3, 1, 1, 0, 0])).toEqual(['0 firing 6', '6 resolved 0'])
})

test('while it goes on it is told again, and only then', () => {
  expect(
    told('moreThan: 5, repeatSeconds: 3, clearForSeconds: 0', [6, 7, 8, 9, 9, 9, 9, 0]),
  ).toEqual(['0 firing 6', '3 firing again 1 9', '6 firing again 2 9', '7 resolved again 2 0'])
  expect(told('moreThan: 5, repeatSeconds: 0', Array<number>(20).fill(9))).toHaveLength(1)
})

test('what cannot be seen neither fires nor clears', () => {
  const rule = 'moreThan: 5, clearForSeconds: 0'
  expect(told(rule, [6, null, null, 6, null, 0])).toEqual(['0 firing 6', '5 resolved 0'])
})

test('a subject that is gone is clear', () => {
  const { rules } = rulesOf('rules: {busy: {kind: waiting, moreThan: 5, clearForSeconds: 0}}')
  const { alerts } = tell(rules, [9])
  const { notifications } = stepAlerts(alerts, rules, nothing, start + second)
  expect(notifications).toMatchObject([
    { status: 'resolved', value: null, subject: { name: 'billing' } },
  ])
})

test('alerts of a rule that is gone, or is of another kind by now, are over', () => {
  const { rules } = rulesOf('rules: {busy: {kind: waiting, moreThan: 5}}')
  const { alerts } = tell(rules, [9])
  const others = rulesOf('rules: {busy: {kind: oldest_wait, longerThanSeconds: 5}}')
  for (const after of [{}, others.rules]) {
    const step = stepAlerts(alerts, after, seen(9), start + second)
    expect(step.notifications).toMatchObject([
      { status: 'resolved', kind: 'waiting', threshold: 5 },
    ])
    expect(step.alerts.size).toBe(0)
  }
})

test('of thousands past a threshold as many are told as there is room for, and how many more there are', () => {
  const { rules } = rulesOf('rules: {busy: {kind: waiting, moreThan: 5}}')
  const queues = Array.from({ length: alertsPerRuleMax + 7 }, (_, id) =>
    aQueue(String(id), { waiting: 6 }),
  )
  const first = stepAlerts(new Map(), rules, withState({ queues }), start)
  expect(first.notifications).toHaveLength(alertsPerRuleMax)
  expect(first.crowdedOut).toEqual(new Map([['busy', 7]]))
  const second = stepAlerts(first.alerts, rules, withState({ queues }), start + 1)
  expect(second.notifications).toEqual([])
  expect(second.crowdedOut).toEqual(first.crowdedOut)
})

const waits = fc.array(fc.option(fc.integer({ min: 0, max: 12 }), { nil: null }), { maxLength: 60 })

test('however the number wavers between the two thresholds, nothing is told', () => {
  const { rules } = rulesOf(
    'rules: {busy: {kind: waiting, moreThan: 8, clearAt: 3, clearForSeconds: 0, repeatSeconds: 0}}',
  )
  const between = fc.array(fc.option(fc.integer({ min: 4, max: 8 }), { nil: null }))
  fc.assert(
    fc.property(between, between, (before, after) => {
      const { notifications } = tell(rules, [...before, 9, ...after])
      expect(notifications.map(({ status }) => status)).toEqual(['firing'])
    }),
  )
})

test('for one subject firing and resolved take turns, and no id comes twice', () => {
  fc.assert(
    fc.property(
      waits,
      fc.nat(4),
      fc.nat(4),
      fc.nat(4),
      (seconds, forSeconds, clearForSeconds, repeatSeconds) => {
        const settings = JSON.stringify({
          ...{ kind: 'waiting', moreThan: 6, clearAt: 3 },
          ...{ forSeconds, clearForSeconds, repeatSeconds },
        })
        const { rules } = rulesOf(`rules: {busy: ${settings}}`)
        const { notifications, alerts } = tell(rules, seconds)
        const turns = notifications.filter(
          ({ status, repeat }) => status === 'resolved' || repeat === 0,
        )
        expect(turns.map(({ status }) => status)).toEqual(
          turns.map((_, index) => (index % 2 === 0 ? 'firing' : 'resolved')),
        )
        const isFiring = [...(alerts.get('busy')?.values() ?? [])].some(
          ({ firing }) => firing !== null,
        )
        expect(turns.length % 2 === 1).toBe(isFiring)
        const ids = notifications.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(tell(rules, seconds).notifications).toEqual(notifications)
      },
    ),
  )
})
