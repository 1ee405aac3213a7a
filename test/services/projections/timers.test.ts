import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { wholeTime } from '../../../services/projections/agent-story.ts'
import { taskFold } from '../../../services/projections/all.ts'
import { nothingKnown } from '../../../services/projections/definitions.ts'
import { isSettled } from '../../../services/projections/projection.ts'
import { withEvents } from '../../../services/projections/timeline.ts'
import { anEvent, foldAll, foldArriving, type PlainRow } from '../../support/fold-all.ts'
import { byName } from '../../support/row-names.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const secondMs = 1_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

const task = { task: 'WT1', channel: 'voice', direction: 'inbound' }
const leg = { ...task, reservation: 'WR1', worker: 'ann', queue: 'billing' }

function event(afterMs: number, type: string, fields: Record<string, unknown>): LedgerEvent {
  return anEvent({ id: `${type}@${afterMs}`, type, at: start + afterMs, ...fields })
}

const waiting = [
  event(0, 'task.created', task),
  event(0, 'task-queue.entered', { ...task, queue: 'billing' }),
]
const offered = [...waiting, event(10 * secondMs, 'reservation.created', leg)]
const taken = [...offered, event(20 * secondMs, 'reservation.accepted', leg)]
const wrapping = [...taken, event(80 * secondMs, 'reservation.wrapup', leg)]

const oneRow = (events: readonly LedgerEvent[], table: string, asOfMs: number): PlainRow => {
  const [row = {}] = foldAll(events, start + asOfMs).get(table) ?? []
  return row
}

test.each([
  ['an offer that nobody answers', offered, 10 * secondMs, hourMs],
  ['a talk that nobody ends', taken, 20 * secondMs, dayMs],
  ['after-contact work that nobody completes', wrapping, 80 * secondMs, 8 * hourMs],
])('%s ends when its time is up, and not before', (_what, events, begun, limit) => {
  expect(oneRow(events, 'segments', begun + limit)).toMatchObject({ is_open: true, closed_by: '' })
  const closed = oneRow(events, 'segments', begun + limit + 1)
  expect(closed).toMatchObject({
    ...{ is_open: false, closed_by: 'hub', anomalies: ['forced', 'missing_end'] },
    [events === offered ? 'offer_ended_at' : 'ended_at']: start + begun + limit,
  })
})

test('an offer that ran out is canceled, and not held against the agent', () => {
  expect(oneRow(offered, 'segments', 2 * hourMs)['offer_outcome']).toBe('canceled')
  const rows = foldAll(offered, start + 2 * hourMs).get('agent_queue_intervals') ?? []
  const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name] ?? 0), 0)
  expect([sum('offers_canceled_count'), sum('offers_timed_out_count')]).toEqual([1, 0])
  expect(sum('alert_tti_ms')).toBe(hourMs)
})

test('a chat may be talked in for as long as a task lasts', () => {
  const chat = taken.map((one) => ({ ...one, channel: 'chat' }))
  expect(oneRow(chat, 'segments', 13 * dayMs)['is_open']).toBe(true)
  expect(oneRow(chat, 'segments', 15 * dayMs)).toMatchObject({
    ended_at: start + 20 * secondMs + 14 * dayMs,
    closed_by: 'hub',
  })
})

test('a task of which nothing more is heard is closed, and leaves its queue', () => {
  expect(oneRow(waiting, 'contacts', 14 * dayMs)).toMatchObject({ is_open: true, ended_at: null })
  expect(oneRow(waiting, 'contacts', 14 * dayMs + 1)).toMatchObject({
    ...{ is_open: false, ended_at: start + 14 * dayMs, closed_by: 'hub' },
    ...{ outcome: 'flowed_out_canceled', anomalies: ['forced', 'missing_end'] },
  })
  expect(oneRow(waiting, 'queue_visits', 14 * dayMs + 1)).toMatchObject({
    ...{ exited_at: start + 14 * dayMs, disposition: 'flowed_out_canceled', closed_by: 'hub' },
    anomalies: ['forced', 'missing_end'],
  })
})

test.each([
  ['its own completion', event(2 * dayMs, 'reservation.completed', leg)],
  ['the end of its task', event(2 * dayMs, 'task.completed', task)],
])('%s, when it comes after all, opens a leg again up to then', (_what, truth) => {
  const all = [...wrapping, truth]
  const parts = [wrapping, [truth]]
  // Closed at first: what the timer has put into the ledger stays there.
  const early = foldAll(wrapping, start + 3 * dayMs).get('segments')?.[0]
  expect(early?.['ended_at']).toBe(start + 80 * secondMs + 8 * hourMs)
  const rows = foldArriving(parts, start + 3 * dayMs)
  expect(rows.get('segments')?.[0]?.['ended_at']).toBe(start + 2 * dayMs)
  expect(byName(rows)).toEqual(byName(foldAll(all, start + 3 * dayMs)))
})

test('a late answer opens a closed offer again, and an event of an old task the task', () => {
  const answer = event(2 * hourMs, 'reservation.accepted', leg)
  const rows = foldArriving([offered, [answer]], start + 3 * hourMs)
  expect(rows.get('segments')?.[0]).toMatchObject({
    ...{ offer_outcome: 'accepted', accepted_at: start + 2 * hourMs, is_open: true, anomalies: [] },
  })
  const canceled = event(15 * dayMs, 'task.canceled', { ...task, reason: 'hangup' })
  expect(
    foldArriving([waiting, [canceled]], start + 16 * dayMs).get('contacts')?.[0],
  ).toMatchObject({
    ended_at: start + 15 * dayMs,
    closed_by: 'source',
    outcome: 'abandoned',
    anomalies: [],
  })
})

test('a worker who is deleted before his time is up ends with his deletion', () => {
  const deleted = event(hourMs, 'worker.deleted', { worker: 'ann' })
  expect(oneRow([...taken, deleted], 'segments', 2 * dayMs)).toMatchObject({
    ...{ ended_at: start + hourMs, closed_by: 'hub', anomalies: ['forced'] },
  })
})

test('limits are the customer’s, by what was in force at the offer', () => {
  const definitions = (afterMs: number, offerMs: number) =>
    event(afterMs, 'definitions.set', { attributes: JSON.stringify({ limits: { offerMs } }) })
  const events = [...offered, definitions(-hourMs, 60_000), definitions(30 * secondMs, 1_000)]
  expect(oneRow(events, 'segments', hourMs)['offer_ended_at']).toBe(start + 70 * secondMs)
})

test('the same timer is the same event, and time goes on for a task until its timers are decided', () => {
  const fold = (asOf: number) =>
    taskFold.contribution('WT1', withEvents([], offered), wholeTime, nothingKnown, asOf)
  const [early, due] = [fold(start + hourMs), fold(start + 2 * hourMs)]
  expect([early.derived, isSettled(early)]).toEqual([[], false])
  expect(due.derived.map(({ id, at }) => ({ id, at }))).toEqual([
    {
      id: `force-closed:WR1:ann:timer.offer:${start + 10 * secondMs + hourMs}`,
      at: start + 10 * secondMs + hourMs,
    },
  ])
  expect(fold(start + 3 * hourMs).derived).toEqual(due.derived)
  expect(isSettled(due)).toBe(false)
  const later = start + 20 * dayMs
  const all = [...offered, ...fold(later).derived]
  const end = taskFold.contribution('WT1', withEvents([], all), wholeTime, nothingKnown, later)
  expect(isSettled(end)).toBe(true)
})
