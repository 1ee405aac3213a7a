import { describe, expect, test } from 'vitest'
import { ledgerEventSchema, type LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import type { Parameters } from '../../../../services/ingest/sources/parameters.ts'
import { normaliseTaskRouter } from '../../../../services/ingest/sources/twilio-taskrouter.ts'
import type { Verdict } from '../../../../services/ingest/verdict.ts'
import { fixturesIn, formOf } from '../fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)

function eventsOf(verdict: Verdict): readonly LedgerEvent[] {
  if (verdict.kind === 'refused') throw new Error(verdict.reason.detail)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

function eventOf(parameters: Parameters): LedgerEvent {
  const [event] = eventsOf(normaliseTaskRouter(parameters, receivedAt))
  if (event === undefined) throw new Error('no event')
  return event
}

const created = formOf('taskrouter-callbacks/voice-life/05_reservation.created.form')
const entered = formOf('taskrouter-callbacks/voice-life/04_task-queue.entered.form')

describe('every recorded callback', () => {
  test.each(fixturesIn('taskrouter-callbacks'))('%s is understood as what it is', (path) => {
    const form = formOf(path)
    const verdict = normaliseTaskRouter(form, receivedAt)
    expect(verdict.kind).toBe('understood')
    const [event] = eventsOf(verdict)
    expect(ledgerEventSchema.parse(event)).toEqual(event)
    expect(event).toMatchObject({
      id: form['Sid'],
      type: form['EventType'],
      at: Number(form['TimestampMs'] ?? `${form['Timestamp'] ?? ''}000`),
      account: form['AccountSid'],
      workspace: form['WorkspaceSid'],
      source: 'twilio-taskrouter',
      road: 'callback',
      sequence: null,
      receivedAt,
    })
    expect(JSON.parse(event?.payload ?? '')).toEqual(form)
  })
})

test('a reservation carries what the folds need from task, worker, queue and attributes', () => {
  expect(eventOf(created)).toMatchObject({
    task: 'WTfa4e0000000000000000000000000001',
    reservation: 'WRfa4e0000000000000000000000000001',
    worker: 'WKfa4e0000000000000000000000000001',
    workerName: 'ana.ruiz@example.com',
    queue: 'WQfa4e0000000000000000000000000001',
    queueName: 'Support EN',
    workflow: 'WWfa4e0000000000000000000000000001',
    workflowName: 'Inbound Voice',
    conversation: 'CAfa4e000000000000000000000000000a',
    channel: 'voice',
    direction: 'inbound',
    status: 'reserved',
    priority: 0,
    entityVersion: 0,
    direct: false,
    transfer: null,
    subjects: ['user:CUST-00001', 'phone:+15550101001'],
    attributes: created['TaskAttributes'],
  })
})

test('an activity update says which activity ended, and how long it was', () => {
  const form = formOf('taskrouter-callbacks/worker-day/02_worker.activity.update.form')
  expect(eventOf(form)).toMatchObject({
    worker: 'WKfa4e0000000000000000000000000002',
    activity: 'WAfa4e0000000000000000000000000002',
    activityName: 'Available',
    previousActivity: 'WAfa4e0000000000000000000000000001',
    previousActivityName: 'Offline',
    timeInPreviousActivityMs: 3_511_220,
    entityVersion: 21,
    attributes: form['WorkerAttributes'],
  })
  const old = { ...form, WorkerTimeInPreviousActivityMs: undefined }
  expect(eventOf(old).timeInPreviousActivityMs).toBe(3_511_000)
})

test('the queue of a move is the queue that is left (U11)', () => {
  const folder = 'taskrouter-callbacks/voice-rejected-timeout-reserved-again'
  expect(eventOf(formOf(`${folder}/11_task-queue.moved.form`))).toMatchObject({
    queue: 'WQfa4e0000000000000000000000000001',
    queueName: 'Support EN',
    toQueue: 'WQfa4e0000000000000000000000000002',
    reason: 'timeout',
  })
})

describe('a transfer', () => {
  const cold = (name: string) => eventOf(formOf(`taskrouter-callbacks/voice-cold-transfer/${name}`))
  const giver = {
    reservation: 'WRfa4e0000000000000000000000000033',
    worker: 'WKfa4e0000000000000000000000000001',
    transfer: 'TTfa4e0000000000000000000000000001',
    transferMode: 'cold',
    toQueue: 'WQfa4e0000000000000000000000000003',
    toWorker: null,
  }

  test('is told with the giver, his queue, and where it goes', () => {
    expect(cold('07_task.transfer-initiated.form')).toMatchObject({
      ...giver,
      queue: 'WQfa4e0000000000000000000000000001',
    })
  })

  test('names no queue of the giver once the task is in the next one', () => {
    expect(cold('12_task.transfer-completed.form')).toMatchObject({ ...giver, queue: null })
  })

  test('to a queue opens a visit there whose entry is the transfer', () => {
    expect(cold('04_task-queue.entered.form').entry).toBeNull()
    expect(cold('09_task-queue.entered.form').entry).toBe('transfer')
  })

  test('stands on the reservation made for it and not on the giver’s', () => {
    expect(cold('10_reservation.created.form')).toMatchObject({
      transfer: giver.transfer,
      toQueue: giver.toQueue,
      direct: false,
    })
    expect(cold('13_reservation.completed.form')).toMatchObject({ transfer: null, direct: false })
  })

  test('to a worker makes a direct reservation', () => {
    const warm = 'taskrouter-callbacks/voice-warm-transfer-rejected'
    const reservation = formOf(`${warm}/02_reservation.created.form`)
    expect(eventOf(reservation)).toMatchObject({
      direct: true,
      transferMode: 'warm',
      toWorker: 'WKfa4e0000000000000000000000000002',
    })
    const givers = {
      ...reservation,
      ReservationSid: reservation['TransferInitiatingReservationSid'],
    }
    expect(eventOf(givers)).toMatchObject({ direct: false, transfer: null })
  })

  test.each(['task.transfer-canceled', 'task.transfer-failed'])(
    'to a queue that ends as %s closes the visit of that queue (U28)',
    (type) => {
      const form = formOf(
        'taskrouter-callbacks/voice-cold-transfer/07_task.transfer-initiated.form',
      )
      const events = eventsOf(normaliseTaskRouter({ ...form, EventType: type }, receivedAt))
      expect(events.map((event) => event.type)).toEqual([type, 'task-queue.moved'])
      expect(events[1]).toMatchObject({
        id: `${form['Sid'] ?? ''}/moved`,
        task: form['TaskSid'],
        queue: giver.toQueue,
        cause: 'transfer_canceled',
      })
      expect(ledgerEventSchema.parse(events[1])).toEqual(events[1])
    },
  )
})

describe('a reservation is direct', () => {
  const worker = created['WorkerSid']
  test.each([
    ['routed to the worker by name', { TaskRoutingTarget: worker }, true],
    ['routed to another worker', { TaskRoutingTarget: 'WKother' }, false],
    ['routed to a queue by name', { TaskRoutingTarget: 'WQ1' }, false],
    ['transferred to him', { TaskTransferSid: 'TT1', TransferTo: worker }, true],
    ['transferred to another', { TaskTransferSid: 'TT1', TransferTo: 'WKother' }, false],
    [
      'routed by name first, transferred to a queue now',
      { TaskRoutingTarget: worker, TaskTransferSid: 'TT1', TransferTo: 'WQ1' },
      false,
    ],
    [
      'completed while a later transfer to the same worker runs',
      { EventType: 'reservation.completed', TaskTransferSid: 'TT1', TransferTo: worker },
      false,
    ],
  ])('%s', (_, extra, direct) => {
    expect(eventOf({ ...created, ...extra }).direct).toBe(direct)
  })
})

describe('the direction is', () => {
  test.each([
    ['inbound', '{"direction":"inbound"}'],
    ['outbound', '{"direction":"outbound"}'],
    ['outbound', '{"direction":"outbound-api"}'],
    ['outbound', '{"direction":"Outbound"}'],
    ['internal', '{"conversations":{"direction":"Internal"}}'],
    ['outbound', '{"direction":"outbound","conversations":{"direction":"Inbound"}}'],
    ['callback', '{"direction":"outbound","ledgerline":{"direction":"callback"}}'],
    ['outbound', '{"direction":"outbound","ledgerline":{"direction":"sideways"}}'],
    ['inbound', '{}'],
    ['inbound', '{"channelType":"web"}'],
    ['unknown', '{"direction":"sideways"}'],
    ['unknown', 'not json'],
    ['unknown', '[]'],
    ['unknown', 'null'],
    ['unknown', ''],
  ])('%s for %s', (direction, TaskAttributes) => {
    expect(eventOf({ ...created, TaskAttributes }).direction).toBe(direction)
  })
})

test('our own attributes link a task to others', () => {
  const TaskAttributes = JSON.stringify({
    ledgerline: { parent_task: 'WT1', continues_task: 'WT2', requested_at: 1_773_152_000 },
  })
  expect(eventOf({ ...created, TaskAttributes })).toMatchObject({
    parentTask: 'WT1',
    continuesTask: 'WT2',
    requestedAt: 1_773_152_000_000,
  })
})

describe('it tolerates', () => {
  const at = 1_773_152_011_480
  test.each<[string, Record<string, unknown>, Partial<LedgerEvent>]>([
    ['seconds only', { TimestampMs: '', Timestamp: '1773152011' }, { at: 1_773_152_011_000 }],
    ['seconds in the place of ms', { TimestampMs: '1773152011' }, { at: 1_773_152_011_000 }],
    ['ms in the place of seconds', { TimestampMs: undefined, Timestamp: String(at) }, { at }],
    ['ISO time', { TimestampMs: '2026-03-10T14:13:31.480Z' }, { at }],
    ['an offset', { TimestampMs: '2026-03-10T15:13:31.480+01:00' }, { at }],
    ['numbers for strings', { ReservationVersion: 3, TaskPriority: 7 }, { entityVersion: 3 }],
    ['null', { TaskQueueSid: null, TaskQueueName: null }, { queue: null, queueName: null }],
    ['an empty string', { TaskQueueSid: '' }, { queue: null }],
    ['a number that is none', { ReservationVersion: 'x' }, { entityVersion: null }],
    ['a name sent twice', { WorkerName: ['a', 'b'] }, { workerName: 'a' }],
    ['upper case', { EventType: 'Reservation.Created' }, { type: 'reservation.created' }],
    ['attributes as an object', { TaskAttributes: { a: 1 } }, { attributes: '{"a":1}' }],
    ['attributes that are no JSON', { TaskAttributes: 'x' }, { attributes: 'x', subjects: [] }],
    ['huge attributes', { TaskAttributes: '{"a":"'.padEnd(99_999, 'x') }, { direction: 'unknown' }],
    [
      'a worker that is not named',
      { WorkerSid: '' },
      { worker: null, type: 'reservation.created' },
    ],
    ['an absurd id of a queue', { TaskQueueSid: 'WQ'.padEnd(300, 'x') }, { queue: null }],
  ])('%s', (_, changes, expected) => {
    expect(eventOf({ ...created, ...changes })).toMatchObject(expected)
  })

  test('the alias of Event Streams for a changed expression', () => {
    const form = formOf('taskrouter-callbacks/configuration/04_task-queue.expression.updated.form')
    const alias = 'task-queue.expression-updated'
    expect(eventOf({ ...form, EventType: alias })).toMatchObject({
      type: 'task-queue.expression.updated',
      sourceType: alias,
    })
  })

  test('an event without its own sid, which is the same by every road', () => {
    const form = { ...created, Sid: undefined }
    const byStream = {
      ...form,
      TimestampMs: undefined,
      Timestamp: undefined,
      timestamp: '2026-03-10T14:13:31.480Z',
    }
    const workspace = created['WorkspaceSid'] ?? ''
    const reservation = created['ReservationSid'] ?? ''
    const id = `${workspace}/reservation.created/${reservation}/1773152011480`
    expect(eventOf(form).id).toBe(id)
    expect(eventOf(byStream).id).toBe(id)
  })

  test('an absurd id of an event, by its hash', () => {
    const event = eventOf({ ...created, Sid: 'EV'.padEnd(10_000, 'x') })
    expect(event.id).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})

describe('an unknown type', () => {
  test.each(['task.teleported', 'reservation.blessed', 'x'.repeat(1000)])('%s is kept', (type) => {
    const verdict = normaliseTaskRouter({ ...created, EventType: type }, receivedAt)
    if (verdict.kind !== 'unknown') throw new Error(verdict.kind)
    expect(verdict.event).toMatchObject({
      type: 'unknown',
      sourceType: type.slice(0, 256),
      id: created['Sid'],
      task: created['TaskSid'],
      worker: created['WorkerSid'],
    })
    expect(ledgerEventSchema.parse(verdict.event)).toEqual(verdict.event)
  })

  test.each([
    'clock.ticked',
    'definitions.set',
    'mapping.set',
    'identities.set',
    'forecast.set',
    'identity.assigned',
    'source.gap',
    'reservation.hold',
    'task.force-closed',
    'unknown',
  ])('%s is what only the hub says, so a callback cannot', (type) => {
    expect(normaliseTaskRouter({ ...created, EventType: type }, receivedAt).kind).toBe('unknown')
  })
})

describe('it refuses', () => {
  const refusal = (parameters: Parameters) => {
    const verdict = normaliseTaskRouter(parameters, receivedAt)
    return verdict.kind === 'refused' ? verdict.reason : verdict.kind
  }
  const worker = formOf('taskrouter-callbacks/worker-day/01_worker.created.form')

  test.each<[string, Parameters, string, string]>([
    ['no type', { ...created, EventType: '' }, 'missing', 'the event names no type'],
    ['no task', { ...entered, TaskSid: '' }, 'missing', 'task'],
    ['no reservation', { ...created, ReservationSid: '' }, 'missing', 'reservation'],
    ['neither', { ...created, ReservationSid: '', TaskSid: '' }, 'missing', 'task, reservation'],
    ['no worker', { ...worker, WorkerSid: '' }, 'missing', 'worker'],
    [
      'no time',
      { ...created, Timestamp: '', TimestampMs: 'soon' },
      'time',
      'the event does not say when it happened',
    ],
    [
      'the future',
      { ...created, TimestampMs: String(receivedAt + 300_001) },
      'future',
      'the event has not happened yet',
    ],
  ])('%s', (_, parameters, code, detail) => {
    expect(refusal(parameters)).toEqual({ code, detail })
  })

  test('and keeps the bytes', () => {
    const body = Buffer.from('as it came')
    const verdict = normaliseTaskRouter({ EventType: 'task.created' }, receivedAt, { body })
    expect(verdict).toMatchObject({ kind: 'refused', body })
  })

  test('nothing that a wrong clock explains', () => {
    expect(refusal({ ...created, TimestampMs: String(receivedAt + 300_000) })).toBe('understood')
  })
})
