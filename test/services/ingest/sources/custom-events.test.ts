import { describe, expect, test } from 'vitest'
import { ledgerEventSchema } from '../../../../schemas/events/ledger-event.ts'
import { readCustomEvents } from '../../../../services/ingest/sources/custom-events.ts'

const rules = { receivedAt: Date.UTC(2026, 2, 11), clockSkewMaxMs: 300_000, batchMax: 3 }
const read = (value: unknown) => readCustomEvents(Buffer.from(JSON.stringify(value)), rules)

const sent = {
  specversion: '1.0',
  id: '17',
  source: '/channels/kiosk',
  type: 'reservation.hold',
  time: '2026-03-10T14:15:10.250+01:00',
  data: { workspace: 'WS1', task: 'WT1', reservation: 'WR1', worker: 'WK1', colour: 'red' },
}

describe('an event of a custom channel', () => {
  test('becomes the event of the ledger that it names', () => {
    const { judged, faults } = read(sent)
    expect(faults).toEqual([])
    const verdict = judged[0]?.verdict
    if (verdict?.kind !== 'understood') throw new Error('not understood')
    const [event] = verdict.events
    expect(ledgerEventSchema.parse(event)).toEqual(event)
    expect(event).toMatchObject({
      type: 'reservation.hold',
      id: '/channels/kiosk#17',
      source: '/channels/kiosk',
      road: 'api',
      at: Date.UTC(2026, 2, 10, 13, 15, 10, 250),
      workspace: 'WS1',
      task: 'WT1',
      reservation: 'WR1',
      worker: 'WK1',
      direction: null,
    })
    expect(JSON.parse(event?.payload ?? '')).toEqual(sent)
  })

  test('may say every field of the ledger in snake_case', () => {
    const data = {
      ...sent.data,
      previous_activity: 'WA1',
      time_in_previous_activity_ms: 1500,
      to_queue: 'WQ1',
      requested_at: '2026-03-10T14:00:00Z',
      attributes: { note: 'x' },
      direction: 'callback',
      subjects: ['CUST-1'],
      queue_name: null,
    }
    expect(read({ ...sent, type: 'task.created', data }).judged[0]?.verdict).toMatchObject({
      events: [
        {
          previousActivity: 'WA1',
          timeInPreviousActivityMs: 1500,
          toQueue: 'WQ1',
          requestedAt: Date.UTC(2026, 2, 10, 14),
          attributes: '{"note":"x"}',
          direction: 'callback',
          subjects: ['CUST-1'],
          queueName: null,
        },
      ],
    })
  })

  test('of a type that is not ours is kept as it is', () => {
    const { judged } = read({ ...sent, type: 'com.acme.kiosk.touched', data: { task_sid: 'WT1' } })
    expect(judged[0]?.verdict).toMatchObject({
      kind: 'unknown',
      event: { sourceType: 'com.acme.kiosk.touched', id: '/channels/kiosk#17', task: 'WT1' },
    })
  })
})

test.each([
  { workspace: 'WS1', task: 'WT1', worker: 'WK1', call: 'CA1' },
  { workspace_sid: 'WS1', task_sid: 'WT1', worker_sid: 'WK1', call_sid: 'CA1' },
])('an event of a type of its own stands under what it names, in either words', (data) => {
  const { judged } = read({ ...sent, type: 'com.acme.note.added', data })
  expect(judged[0]?.verdict).toMatchObject({
    kind: 'unknown',
    event: { workspace: 'WS1', task: 'WT1', worker: 'WK1', conversation: 'CA1' },
  })
})

test('every fault of a batch is named at once, and where it is', () => {
  const { faults } = read([
    { ...sent, specversion: '2.0', time: 'noon' },
    { ...sent, data: { task: 'WT1', direction: 'sideways' } },
    { ...sent, type: 'worker.created', data: { workspace: 'WS1' } },
  ])
  expect(faults.map((fault) => fault.pointer)).toEqual([
    '/0/specversion',
    '/0/time',
    '/1/data/workspace',
    '/1/data/reservation',
    '/1/data/direction',
    '/2/data/worker',
  ])
})

describe('a call is wrong that', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['is no event', 17, '', /object/],
    ['names no source', { ...sent, source: '' }, '/source', /./],
    ['is of the future', { ...sent, time: '2026-03-12T00:00:00Z' }, '/time', /future/],
    ['ticks the clock', { ...sent, type: 'clock.ticked' }, '/type', /hub/],
    ['closes by force', { ...sent, type: 'reservation.force-closed' }, '/type', /hub/],
    [
      'has no reservation',
      { ...sent, data: { ...sent.data, reservation: null } },
      '/data/reservation',
      /./,
    ],
  ])('%s', (_, value, pointer, detail) => {
    const { judged, faults } = read(value)
    expect(judged).toEqual([])
    expect(faults).toMatchObject([{ pointer }])
    expect(faults[0]?.detail).toMatch(detail)
  })

  test('is no JSON', () => {
    const { faults } = readCustomEvents(Buffer.from('[{"a":'), rules)
    expect(faults).toHaveLength(1)
    expect(readCustomEvents(Buffer.from('Bob'), rules).faults[0]?.detail).toBe('is not JSON')
  })

  test('has more events than allowed', () => {
    expect(read([sent, sent, sent, sent]).faults).toEqual([
      { pointer: '', detail: 'expected a CloudEvent or an array of at most 3 of them' },
    ])
  })
})
