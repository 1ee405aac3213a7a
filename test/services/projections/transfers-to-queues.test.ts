import { expect, test } from 'vitest'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const task = { task: 'WT1', channel: 'voice', direction: 'inbound' }

const event = (ms: number, type: string, fields: Readonly<Record<string, unknown>>) =>
  anEvent({ id: `${type}:${ms}`, type, at: start + ms, ...task, ...fields })

/** How the visits of a task that is transferred to a queue came about. */
function entries(enteredMs: number, initiatedMs: number): readonly unknown[] {
  const rows = foldAll(
    [
      event(0, 'task.created', {}),
      event(enteredMs, 'task-queue.entered', { queue: 'tech' }),
      event(initiatedMs, 'task.transfer-initiated', { reservation: 'WR1', toQueue: 'tech' }),
    ],
    start + 3_600_000,
  )
  return (rows.get('queue_visits') ?? []).map((row) => row['entry'])
}

test('an arrival that a clock askew tells before the transfer is the transfer’s', () => {
  expect(entries(60_000, 60_400)).toEqual(['transfer'])
})

test('who has waited in the queue for long did not come to it by a transfer of later', () => {
  expect(entries(0, 1_800_000)).toEqual(['new'])
})
