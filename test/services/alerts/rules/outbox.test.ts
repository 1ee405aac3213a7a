import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AlertNotification } from '../../../../schemas/feeds/alerts.ts'
import {
  alertsPerDeliveryMax,
  deliveriesMax,
  keptMs,
  putInOutbox,
  sealFirst,
  tryAgain,
  withoutDelivery,
  type Outbox,
} from '../../../../services/alerts/rules/outbox.ts'
import { start } from './observed-centre.ts'

function notification(id: string): AlertNotification {
  return {
    ...{ id, rule: 'busy', kind: 'waiting', severity: 'warning', status: 'firing', repeat: 0 },
    subject: { kind: 'queue', id: 'WQ', name: 'WQ', workspace: 'WS' },
    ...{ since: start, firedAt: start, at: start, value: 6 },
    ...{ unit: 'tasks', threshold: 5, clearAt: 5 },
  }
}

const idsOf = (outbox: Outbox) => outbox.flatMap(({ alerts }) => alerts.map(({ id }) => id))

test('what comes within the time of a group goes out together, and no sooner', () => {
  const first = putInOutbox([], [notification('a')], start, 5_000).outbox
  const { outbox } = putInOutbox(
    first,
    [notification('b'), notification('c')],
    start + 4_000,
    5_000,
  )
  expect(outbox.map(({ id, alerts }) => [id, alerts.length])).toEqual([['a', 3]])
  expect(sealFirst(outbox, start + 4_999)).toBeNull()
  expect(sealFirst(outbox, start + 5_000)).toMatchObject([{ id: 'a', isSealed: true }])
})

test('nothing joins what has been tried already', () => {
  const first = sealFirst(putInOutbox([], [notification('a')], start, 0).outbox, start) ?? []
  const { outbox } = putInOutbox(first, [notification('b')], start, 60_000)
  expect(outbox.map(({ id }) => id)).toEqual(['a', 'b'])
})

test('after each failure the pause is longer, and after a day it is given up', () => {
  let outbox = sealFirst(putInOutbox([], [notification('a')], start, 0).outbox, start) ?? []
  const pauses: number[] = []
  let now = start
  for (;;) {
    const change = tryAgain(outbox, 'a', now, 1)
    outbox = change.outbox
    const [next] = outbox
    if (next === undefined) {
      expect(change.givenUp).toMatchObject([{ id: 'a', attempts: pauses.length + 1 }])
      break
    }
    pauses.push(next.dueAt - now)
    now = next.dueAt
  }
  expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(Math.max(...pauses)).toBe(300_000)
  expect(now - start).toBeGreaterThanOrEqual(keptMs)
  expect(now - start).toBeLessThan(keptMs + 300_001)
})

test('of too many deliveries the oldest are given up', () => {
  let outbox: Outbox = []
  const givenUp: string[] = []
  for (let number = 0; number < deliveriesMax + 2; number++) {
    const last = outbox.at(-1)
    const tried = last === undefined ? [] : outbox.with(-1, { ...last, isSealed: true })
    const change = putInOutbox(tried, [notification(String(number))], start, 0)
    outbox = change.outbox
    givenUp.push(...change.givenUp.map(({ id }) => id))
  }
  expect(outbox).toHaveLength(deliveriesMax)
  expect(givenUp).toEqual(['0', '1'])
})

test('no delivery is larger than a receiver can be asked to take', () => {
  const many = Array.from({ length: 2 * alertsPerDeliveryMax + 3 }, (_, index) =>
    notification(String(index)),
  )
  const begun = putInOutbox([], many.slice(0, 7), start, 5_000).outbox
  const { outbox } = putInOutbox(begun, many.slice(7), start, 5_000)
  expect(outbox.map(({ alerts }) => alerts.length)).toEqual([
    ...[alertsPerDeliveryMax, alertsPerDeliveryMax, 3],
  ])
  expect(outbox.flatMap(({ alerts }) => alerts)).toEqual(many)
})

test('whatever fails, every notification is taken, in order, each id with one body', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ put: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ isTaken: fc.boolean(), isRestart: fc.boolean(), afterMs: fc.nat(20_000) }),
    ),
  )
  fc.assert(
    fc.property(steps, fc.nat(5_000), (all, groupMs) => {
      let outbox: Outbox = []
      let now = start
      let made = 0
      const taken: string[] = []
      const bodies = new Map<string, string>()

      function attempt(isTaken: boolean): void {
        const sealed = sealFirst(outbox, now)
        const first = sealed?.[0]
        if (sealed === null || first === undefined) return
        outbox = sealed
        const body = JSON.stringify(first.alerts)
        expect(bodies.get(first.id) ?? body).toBe(body)
        bodies.set(first.id, body)
        if (isTaken) {
          taken.push(...first.alerts.map(({ id }) => id))
          outbox = withoutDelivery(outbox, first.id)
        } else outbox = tryAgain(outbox, first.id, now, 0.5).outbox
      }

      for (const step of all) {
        if ('put' in step) {
          const news = Array.from({ length: step.put }, () => notification(String(made++)))
          outbox = putInOutbox(outbox, news, now, groupMs).outbox
        } else {
          now += step.afterMs
          attempt(step.isTaken)
          if (step.isRestart) outbox = structuredClone(outbox)
        }
      }
      expect([...taken, ...idsOf(outbox)]).toEqual(
        Array.from({ length: made }, (_, id) => String(id)),
      )
      for (let left = outbox.length; left > 0; left--) {
        now = Math.max(now, outbox[0]?.dueAt ?? now)
        attempt(true)
      }
      expect(taken).toHaveLength(made)
    }),
  )
})
