import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { wholeTime } from '../../../services/projections/agent-story.ts'
import { taskFold } from '../../../services/projections/all.ts'
import { nothingKnown } from '../../../services/projections/definitions.ts'
import { withEvents } from '../../../services/projections/timeline.ts'
import { anEvent, foldAll, foldArriving, type PlainRow } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T14:00:00Z')

const event = (second: number, type: string, fields: Record<string, unknown>): LedgerEvent => {
  const { task } = fields
  return anEvent({ id: `${String(task)}/${type}`, type, at: start + second * 1000, ...fields })
}

const chat = (task: string, more = {}) => ({
  ...{ task, conversation: 'CH1', channel: 'chat', direction: 'inbound', ...more },
})

function tasks(endOfFirst: number | null, more = {}) {
  const first = chat('WT1')
  const second = chat('WT2', more)
  return [
    event(0, 'task.created', first),
    event(1, 'task-queue.entered', { ...first, queue: 'a' }),
    ...(endOfFirst === null ? [] : [event(endOfFirst, 'task.completed', first)]),
    event(100, 'task.created', second),
    event(101, 'task-queue.entered', { ...second, queue: 'b' }),
  ]
}

function entryOfSecond(events: readonly LedgerEvent[]) {
  const rows = foldAll(events, start + 3_600_000)
  const visit = rows.get('queue_visits')?.find((row) => row['task'] === 'WT2')
  const contact = rows.get('contacts')?.find((row) => row['task'] === 'WT2')
  return [visit?.['entry'], contact?.['continues_task']]
}

test.each([
  ['is open', null],
  ['ended in its very moment', 100],
  ['ended 30 seconds before', 70],
  ['ended later', 105],
])('a chat goes on in a new task when the old one %s', (_when, end) => {
  expect(entryOfSecond(tasks(end))).toEqual(['transfer', 'WT1'])
})

test('a customer who comes back after more than 30 seconds is new', () => {
  expect(entryOfSecond(tasks(69))).toEqual(['new', ''])
})

test('what one conversation is about is none of another’s', () => {
  expect(entryOfSecond(tasks(null, { conversation: 'CH2' }))).toEqual(['new', ''])
})

test('a callback is a contact of its own', () => {
  expect(entryOfSecond(tasks(95, { direction: 'callback', parentTask: 'WT1' }))).toEqual([
    'new',
    '',
  ])
})

test('what the source says goes before what is found out', () => {
  expect(entryOfSecond(tasks(20, { continuesTask: 'WT0' }))).toEqual(['transfer', 'WT0'])
})

describe('of a chat that no source ends', () => {
  const day = 24 * 3_600
  const [first, second] = [chat('WT1'), chat('WT2')]
  const begun = event(0, 'task.created', first)
  const back = (secondsAfter: number) => event(secondsAfter, 'task.created', second)
  const asOf = start + 60 * day * 1_000
  /** Limits are definitions; from then on it is another. */
  const limit = (days: number, fromDay: number) =>
    event(fromDay * day, 'definitions.set', {
      task: null,
      id: `limit of ${days} days`,
      attributes: JSON.stringify({ limits: { taskMs: days * day * 1_000 } }),
    })

  const continuedIn = (rows: ReadonlyMap<string, readonly PlainRow[]>) =>
    rows.get('contacts')?.find(({ task }) => task === 'WT2')?.['continues_task']

  test.each([
    ['before the hub has closed it', 14 * day - 1, 'WT1'],
    ['30 seconds after the hub has closed it', 14 * day + 30, 'WT1'],
    ['31 seconds after', 14 * day + 31, ''],
  ])('who comes back %s is told right', (_when, secondsAfter, expected) => {
    const rows = foldAll([begun, back(secondsAfter)], asOf)
    expect(rows.get('contacts')?.find(({ task }) => task === 'WT1')?.['closed_by']).toBe('hub')
    expect(continuedIn(rows)).toBe(expected)
  })

  test.each([
    ['it was heard of again', event(10 * day, 'task.updated', first), 'WT1'],
    ['it was heard of, but not where', event(10 * day, 'task.updated', { task: 'WT1' }), 'WT1'],
    ['it ended later', event(18.5 * day, 'task.completed', first), 'WT1'],
    ['it had ended before', event(day, 'task.completed', first), ''],
    ['the limit was another', limit(30, -1), 'WT1'],
    ['the limit was another only later', limit(30, 1), ''],
  ])('the truth holds though the hub had closed it: %s', (_truth, truth, expected) => {
    const known = [begun, back(18 * day)]
    expect(continuedIn(foldAll(known, asOf))).toBe('')
    expect(continuedIn(foldAll([...known, truth], asOf))).toBe(expected)
    expect(continuedIn(foldArriving([known, [truth]], asOf))).toBe(expected)
    // As long as the hub has not given up once more, too.
    const soon = start + 19 * day * 1_000
    expect(continuedIn(foldArriving([known, [truth]], soon))).toBe(expected)
  })

  test('an end that does not name the conversation is none there, whether or not the hub had closed the task', () => {
    const known = [begun, back(18 * day)]
    const end = event(15 * day, 'task.completed', { task: 'WT1' })
    expect(continuedIn(foldAll([...known, end], asOf))).toBe('WT1')
    expect(continuedIn(foldArriving([known, [end]], asOf))).toBe('WT1')
  })

  test('each conversation that names it is told, and one that does not know it makes nothing of that', () => {
    const elsewhere = event(5, 'task.updated', { ...first, conversation: 'CH2' })
    const there = chat('WT2', { conversation: 'CH2' })
    const closings = derivedOf('WT1', [begun, elsewhere])
    expect(closings.map(({ conversation }) => conversation)).toEqual(['CH1', 'CH2'])
    const rows = foldAll([begun, elsewhere, event(100, 'task.created', there)], asOf)
    expect(continuedIn(rows)).toBe('')
  })

  test('a closing of before conversations were told closes the task, and nothing is said beside it', () => {
    const old = event(14 * day, 'task.force-closed', {
      ...{ task: 'WT1', source: 'ledgerline', road: 'hub', cause: 'timer.task' },
    })
    expect(derivedOf('WT1', [begun])).toHaveLength(1)
    expect(derivedOf('WT1', [begun, old])).toEqual([])
    const rows = foldAll([begun, old, back(18 * day)], asOf)
    expect(rows.get('contacts')?.find(({ task }) => task === 'WT1')).toMatchObject({
      ended_at: start + 14 * day * 1_000,
      closed_by: 'hub',
    })
  })

  function derivedOf(task: string, events: readonly LedgerEvent[]): readonly LedgerEvent[] {
    const timeline = withEvents([], events)
    return taskFold.contribution(task, timeline, wholeTime, nothingKnown, asOf).derived
  }
})
