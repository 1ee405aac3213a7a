import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'

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
