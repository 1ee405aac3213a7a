import { expect, test } from 'vitest'
import { anEvent, foldAll } from '../../support/fold-all.ts'
import { byName } from '../../support/row-names.ts'
import { keepingUp, runSharded, tickAt, type Course } from '../../support/sharded-run.ts'

const start = Date.parse('2026-03-02T14:00:00Z')
const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000]

const leg = {
  ...{ task: 'WT1', channel: 'voice', direction: 'inbound' },
  ...{ reservation: 'WR1', worker: 'ann', queue: 'billing' },
}
const event = (afterMs: number, type: string, fields: Record<string, unknown> = leg) =>
  anEvent({ id: `${type}@${afterMs}`, type, at: start + afterMs, ...fields })

const activity = (afterMs: number, name: string) =>
  event(afterMs, 'worker.activity.update', { worker: 'ann', activity: name, activityName: name })

/** A call of the first morning, the end of whose talk is not told in time; the agent works on, two shifts of the three weeks. */
const call = [
  activity(-hourMs, 'Available'),
  event(0, 'task.created'),
  event(0, 'task-queue.entered'),
  event(10 * secondMs, 'reservation.created'),
  event(20 * secondMs, 'reservation.accepted'),
]
const late = [
  event(5 * minuteMs, 'reservation.wrapup'),
  event(6 * minuteMs, 'reservation.completed'),
  event(6 * minuteMs, 'task.completed'),
]

const oneAtATime: Course = {
  partitions: 3,
  stopsAtEnd: true,
  steps: Array.from({ length: 40 }, () => {
    return { appended: 1, shard: 0, batchMax: 1, then: 'go on' as const }
  }),
}

test.each([
  ['seconds', 30 * secondMs, [activity(8 * minuteMs, 'Offline')]],
  ['hours', 5 * hourMs, [activity(5 * hourMs, 'Offline')]],
  [
    'weeks',
    21 * dayMs,
    [
      ...[activity(hourMs, 'Offline'), activity(7 * dayMs, 'Available')],
      ...[activity(7 * dayMs + hourMs, 'Offline'), activity(20 * dayMs, 'Available')],
      activity(20 * dayMs + hourMs, 'Offline'),
    ],
  ],
])('events that are late by %s find their timeline', async (_howMuch, byMs, meanwhile) => {
  const ticks = [byMs / 2, byMs].map((afterMs) => tickAt(start + 6 * minuteMs + afterMs))
  const asOf = start + byMs + hourMs
  const all = [...call, ...meanwhile, ...late]
  const rows = await runSharded([...call, ...meanwhile, ...ticks, ...late], asOf, oneAtATime)
  expect(byName(rows)).toEqual(byName(foldAll(all, asOf)))
  expect(rows.get('segments')?.[0]).toMatchObject({
    ...{ talk_ended_at: start + 5 * minuteMs, ended_at: start + 6 * minuteMs },
    ...{ closed_by: 'source', anomalies: [] },
  })
})

/** Hours that go by, with something heard in each. */
const elsewhere = Array.from({ length: 7 }, (_, hour) => {
  const name = hour % 2 === 0 ? 'Break' : 'Available'
  const fields = { worker: 'bob', activity: name, activityName: name }
  return event(hour * hourMs, 'worker.activity.update', fields)
})

/** The end of his shift is known, so that nothing but the work is open. */
const shift = [activity(-hourMs, 'Available'), activity(6 * hourMs, 'Offline')]

test.each([
  [
    'an end that is never told',
    [
      event(0, 'task.created'),
      event(10 * secondMs, 'reservation.created'),
      event(20 * secondMs, 'reservation.accepted'),
    ],
    [event(5 * hourMs, 'task.completed', { task: 'WT1', channel: 'voice' })],
  ],
  [
    'a beginning that is told after the rest, by another clock',
    [event(0, 'task.created'), event(20 * secondMs, 'reservation.accepted')],
    [event(4 * hourMs, 'reservation.created'), event(5 * hourMs, 'reservation.completed')],
  ],
])('work that outlasts the window of its worker may have %s', async (_what, begun, ended) => {
  const asOf = start + 8 * hourMs
  const passing = elsewhere.flatMap((one) => [one, tickAt(one.at)])
  const told = [...shift.slice(0, 1), ...begun, ...passing, ...ended, ...shift.slice(1)]
  const rows = await runSharded(told, asOf, keepingUp(told.length))
  expect(byName(rows)).toEqual(byName(foldAll([...shift, ...begun, ...elsewhere, ...ended], asOf)))
})
