import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'
import { byName } from '../../support/row-names.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const asOf = start + 3_600_000
const leg = {
  ...{ task: 'WT1', channel: 'voice', direction: 'inbound' },
  ...{ reservation: 'WR1', worker: 'ann', queue: 'billing' },
}

/** What a callback tells, and what TaskRouter's list of events tells of the same fact: under ids of their own. */
const by = (road: 'callback' | 'rest', second: number, type: string, more = {}) =>
  anEvent({ id: `${road}:${type}`, road, type, at: start + second * 1000, ...leg, ...more })

const begun = [
  by('callback', 0, 'task.created'),
  by('callback', 0, 'task-queue.entered'),
  by('callback', 10, 'reservation.created'),
]

function told(events: readonly LedgerEvent[]) {
  const rows = byName(foldAll(events, asOf))
  // Whichever came first has no part in it.
  fc.assert(
    fc.property(fc.shuffledSubarray([...events], { minLength: events.length }), (arrived) => {
      expect(byName(foldAll(arrived, asOf))).toEqual(rows)
    }),
    { numRuns: 10 },
  )
  const found = foldAll(events, asOf)
  return { segment: found.get('segments')?.[0], contact: found.get('contacts')?.[0], found }
}

test('of two times of one step the earlier holds, and the step counts once', () => {
  const accepted = by('callback', 20, 'reservation.accepted')
  const { segment, found } = told([
    ...[...begun, accepted, by('rest', 21, 'reservation.accepted')],
    ...[by('callback', 90, 'reservation.completed'), by('rest', 88, 'reservation.completed')],
  ])
  expect(segment).toMatchObject({
    ...{ accepted_at: start + 20_000, ended_at: start + 88_000 },
    ...{ closed_by: 'source', anomalies: [] },
  })
  const handled = (found.get('queue_intervals') ?? []).reduce(
    (total, row) => total + Number(row['handled_count'] ?? 0),
    0,
  )
  expect(handled).toBe(1)
})

test('where one says refused and the other accepted, it was accepted', () => {
  const { segment } = told([
    ...begun,
    by('rest', 15, 'reservation.rejected'),
    by('callback', 20, 'reservation.accepted'),
    by('callback', 90, 'reservation.completed'),
  ])
  expect(segment).toMatchObject({ offer_outcome: 'accepted', ended_at: start + 90_000 })
})

test('of two ends of one task the earlier holds', () => {
  const { contact } = told([
    ...begun,
    by('callback', 40, 'task.canceled', { reason: 'hangup' }),
    by('rest', 41, 'task.completed'),
  ])
  expect(contact).toMatchObject({ ended_at: start + 40_000, outcome: 'abandoned' })
})
