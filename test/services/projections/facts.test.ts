import { expect, test } from 'vitest'
import { anEvent, foldAll, foldArriving, type PlainRow } from '../../support/fold-all.ts'
import { byName } from '../../support/row-names.ts'

const start = Date.parse('2026-02-02T09:00:00.000Z')
const asOf = start + 3_600_000

const task = { task: 'WT1', channel: 'voice', direction: 'inbound', conversation: 'CA1' } as const
const leg = { ...task, reservation: 'WR1', worker: 'WK1', queue: 'billing' } as const

/** An event that happened so many seconds after the start, and was had so many seconds later. */
function told(second: number, delay: number, fields: Readonly<Record<string, unknown>>) {
  const at = start + second * 1000
  return anEvent({
    id: `EV${second}-${String(fields['type'])}`,
    ...fields,
    at,
    receivedAt: at + delay * 1000,
  })
}

const offered = [
  told(0, 1, { ...task, type: 'task.created', workflow: 'WW1' }),
  told(1, 2, { ...task, type: 'task-queue.entered', queue: 'billing' }),
  told(5, 1, { ...leg, type: 'reservation.created' }),
  told(10, 9, { ...leg, type: 'reservation.accepted' }),
]

function only(rows: ReadonlyMap<string, readonly PlainRow[]>, table: string): PlainRow | undefined {
  expect(rows.get(table), table).toHaveLength(1)
  return rows.get(table)?.[0]
}

const seconds = (second: number) => start + second * 1000

test('a fact says when the hub had the first and the last of what it is made of', () => {
  const rows = foldAll(offered, asOf)
  const receipts = ['contacts', 'queue_visits', 'segments'].map((table) => {
    const row = only(rows, table)
    return [row?.['first_received_at'], row?.['last_received_at']]
  })
  expect(receipts).toEqual([
    [seconds(1), seconds(19)],
    [seconds(3), seconds(19)],
    [seconds(6), seconds(19)],
  ])
})

test('a visit and a leg name the conversation and the workflow, and a leg the transfer that it was made for', () => {
  const transfer = told(12, 0, {
    ...leg,
    type: 'reservation.created',
    reservation: 'WR2',
    transfer: 'TT1',
  })
  const rows = foldAll([...offered, transfer], asOf)
  expect(only(rows, 'queue_visits')).toMatchObject({ conversation: 'CA1', workflow: 'WW1' })
  expect(rows.get('segments')).toMatchObject([
    { conversation: 'CA1', workflow: 'WW1', transfer: '' },
    { conversation: 'CA1', workflow: 'WW1', transfer: 'TT1' },
  ])
})

test('what is open was closed by nobody, what told its own end by the source, and what a rule closed by the hub', () => {
  const completed = told(60, 0, { ...leg, type: 'reservation.completed' })
  const over = told(70, 0, { ...task, type: 'task.completed' })
  const closedBy = (events: typeof offered) => {
    const rows = foldAll(events, asOf)
    return ['segments', 'queue_visits', 'contacts'].map((table) => only(rows, table)?.['closed_by'])
  }
  expect(closedBy(offered)).toEqual(['', 'source', ''])
  expect(closedBy([...offered, over])).toEqual(['hub', 'source', 'source'])
  expect(closedBy([...offered, completed, over])).toEqual(['source', 'source', 'source'])
})

test('a stretch of a state says what had to be repaired in it, and not in the same work before or after', () => {
  const activity = { type: 'worker.activity.update', worker: 'WK1', activity: 'Available' }
  const deleted = told(90, 0, { type: 'worker.deleted', worker: 'WK1' })
  const rows = foldAll([told(0, 0, activity), ...offered, deleted], asOf)
  const states = rows.get('agent_states')?.map(({ state, anomalies }) => [state, anomalies])
  expect(states).toEqual([
    ['idle', []],
    ['alert', []],
    ['talk', ['forced']],
  ])
})

test('a hold that nothing takes back lacks its end; one that is taken back after the wrap-up does not', () => {
  const hold = told(20, 0, { ...leg, type: 'reservation.hold' })
  const unhold = told(51, 0, { ...leg, type: 'reservation.unhold' })
  const wrapup = told(50, 0, { ...leg, type: 'reservation.wrapup' })
  const anomalies = (events: typeof offered) =>
    only(foldAll([...offered, ...events], asOf), 'segments')?.['anomalies']
  expect(anomalies([hold])).toEqual([])
  expect(anomalies([hold, wrapup])).toEqual(['missing_end'])
  expect(anomalies([hold, wrapup, unhold])).toEqual([])
})

test.each([
  ['the deletion of him whom it is offered to', { type: 'worker.deleted', worker: 'WK1' }],
  ['the contact that it goes on with', { ...task, type: 'task.created', task: 'WT0' }],
])(
  'a contact whose creation was lost begins when it is first heard of, not with %s',
  (_, before) => {
    const rows = foldAll([told(-600, 0, before), ...offered.slice(1)], asOf)
    const contact = rows.get('contacts')?.find((row) => row['task'] === 'WT1')
    expect(contact?.['created_at']).toBe(seconds(1))
  },
)

test('an agent is told of what ended with its task once his own end for it has been waited for', () => {
  const lost = [...offered, told(20, 0, { ...task, type: 'task.completed' })]
  const handled = (asOf: number) => {
    const rows = foldAll(lost, asOf)
    return ['queue_intervals', 'agent_queue_intervals'].map(
      (table) => only(rows, table)?.['handled_count'] ?? 0,
    )
  }
  expect(handled(seconds(80) - 1)).toEqual([1, 0])
  expect(handled(seconds(80))).toEqual([1, 1])
})

test('what the hub knew when it closed an offer is less than what sources tell of it later', () => {
  const { channel, direction, ...silent } = leg
  const offer = told(0, 0, { ...silent, type: 'reservation.created' })
  const deleted = told(-10, 0, { type: 'worker.deleted', worker: 'WK1' })
  const refused = told(5, 0, { ...leg, type: 'reservation.rescinded' })
  const rows = foldArriving([[offer, deleted], [refused]], asOf)
  for (const table of ['contacts', 'segments', 'queue_intervals', 'agent_queue_intervals'])
    expect(only(rows, table), table).toMatchObject({ channel, direction })
})

test('what ran out before a deletion is void for the agent, too, when the task tells its end after that', () => {
  const asOf = start + 24 * 3_600_000
  const offer = told(5, 0, { ...leg, type: 'reservation.created' })
  const deleted = told(4_000, 0, { type: 'worker.deleted', worker: 'WK1' })
  const canceled = told(5_000, 0, { ...task, type: 'task.canceled' })
  const available = { type: 'worker.activity.update', worker: 'WK1', activity: 'Available' }
  const known = [told(0, 0, available), offer, deleted]
  const rows = foldArriving([known, [canceled]], asOf)
  expect(only(rows, 'segments')?.['offer_ended_at']).toBe(seconds(4_000))
  const ringing = rows.get('agent_states')?.find(({ state }) => state === 'alert')
  expect(ringing?.['ended_at']).toBe(seconds(4_000))
  expect(byName(rows)).toEqual(byName(foldAll([...known, canceled], asOf)))
})
