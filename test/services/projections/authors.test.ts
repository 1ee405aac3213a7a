import { expect, test } from 'vitest'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T16:00:00Z')
let count = 0
const event = (second: number, type: string, fields: Record<string, unknown>) =>
  anEvent({
    ...{ id: `E${++count}`, type, conversation: 'CH1', at: start + second * 1000 },
    ...fields,
  })
const message = (second: number, fields: Record<string, unknown>) =>
  event(second, 'message.added', { message: `IM${second}`, sequence: second, ...fields })
const taken = event(5, 'reservation.accepted', {
  ...{ task: 'WT1', reservation: 'WR1', worker: 'WK1', workerName: 'dee.larsen@example.com' },
})

function authorsOf(events: readonly ReturnType<typeof event>[]) {
  const rows = foldAll(events, start + 3_600_000).get('messages') ?? []
  return rows.map((row) => [row['message'], row['author'], row['agent'], row['task']])
}

test('a customer writes from an address, an agent by the name of a worker, a machine by none', () => {
  const events = [
    message(1, { participant: 'MB1', address: '+15550101007' }),
    message(2, { identity: null }),
    message(9, { participant: 'MB2', identity: 'dee.larsen@example.com' }),
    taken,
  ]
  expect(authorsOf(events)).toEqual([
    ['IM1', 'customer', '', 'WT1'],
    ['IM2', 'bot', '', 'WT1'],
    ['IM9', 'agent', 'WK1', 'WT1'],
  ])
})

test('a worker is known by the escaped name of his client too', () => {
  const events = [
    message(1, { participant: 'MB1', address: '+15550101007' }),
    message(9, { participant: 'MB2', identity: 'dee_2Elarsen_40example_2Ecom' }),
    taken,
  ]
  expect(authorsOf(events)[1]).toEqual(['IM9', 'agent', 'WK1', 'WT1'])
})

test('on a website the first who is no worker is the customer, and others are agents', () => {
  const events = [
    event(0, 'participant.added', { participant: 'MB1', identity: 'imani-web' }),
    message(1, { participant: 'MB1', identity: 'imani-web' }),
    message(9, { participant: 'MB2', identity: 'somebody else' }),
  ]
  expect(authorsOf(events).map(([, author]) => author)).toEqual(['customer', 'agent'])
})

test('what the source says of the author holds', () => {
  const events = [message(1, { author: 'agent', worker: 'WK7' }), message(2, { author: 'bot' })]
  expect(authorsOf(events).map(([, author, agent]) => [author, agent])).toEqual([
    ['agent', 'WK7'],
    ['bot', ''],
  ])
})
