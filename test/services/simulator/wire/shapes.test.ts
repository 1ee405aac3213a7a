import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { packageRoot } from '../../../../services/runtime/package-root.ts'
import { toCallback, toFormBody } from '../../../../services/simulator/wire/callback.ts'
import { isStreamed, toCloudEvent } from '../../../../services/simulator/wire/cloud-event.ts'
import { eventful, simulateDay } from '../../../support/simulated-day.ts'

// The recorded shapes are in test/fixtures/twilio. What the simulator sends must look like them.

const folder = join(packageRoot, 'test/fixtures/twilio')
const { events, simulation } = simulateDay({ seed: 'shapes', behaviour: eventful, hours: 16 })
const { centre } = simulation.options

/** Parameters that come only with some events of a type: of a transfer, of a routing target, of an end's reason. */
const now = new Set([
  'TaskTransferSid',
  'TransferType',
  'TransferMode',
  'TransferTo',
  'TransferStatus',
  'TransferStarted',
  'TransferInitiatingWorkerSid',
  'TransferInitiatingReservationSid',
  'TransferFailedReason',
  'PreviousTaskQueueSid',
  'PreviousTaskQueueName',
  'TargetChangedReason',
  'TaskCanceledReason',
  'TaskCompletedReason',
  'Reason',
  'ReservationReasonCode',
  'TaskRoutingTarget',
  'TaskReEvaluatedReason',
  'SomeFutureParameter',
])

/** Types that no fixture shows have the shape of a sibling. */
const siblings: Readonly<Record<string, string>> = {
  'workspace.created': 'workspace.updated',
  'workflow.created': 'workflow.updated',
  'task.transfer-attempt-failed': 'task.transfer-initiated',
  'task.transfer-canceled': 'task.transfer-initiated',
}

describe('callbacks', () => {
  const recorded = recordedForms()
  const types = [...new Set(events.map(({ type }) => type))]

  test.each(types)('%s has the parameters of the recorded one', (type) => {
    const shapes = recorded.get(siblings[type] ?? type) ?? []
    const known = new Set(shapes.flatMap((form) => [...form.keys()]))
    const always = [...known].filter((name) => shapes.every((form) => form.has(name)))
    for (const event of events.filter((one) => one.type === type).slice(0, 200)) {
      const names = Object.keys(toCallback(event, centre))
      expect(names.filter((name) => !known.has(name) && !now.has(name))).toEqual([])
      expect(always.filter((name) => !names.includes(name) && !now.has(name))).toEqual([])
    }
  })

  test('all values are text, numbers are decimal, times are whole seconds and milliseconds', () => {
    const event = events.find(({ type }) => type === 'reservation.accepted')
    if (event?.task?.queue == null) throw new Error('nobody accepted anything')
    const form = toCallback(event, centre)
    expect(form['TimestampMs']).toBe(String(event.at))
    expect(form['Timestamp']).toBe(String(Math.floor(event.at / 1000)))
    expect(form['TaskDateCreated']).toBe(String(Math.floor(event.task.createdAt / 1000)))
    expect(form['TaskAge']).toBe(String(Math.floor((event.at - event.task.createdAt) / 1000)))
    expect(form['TaskIgnoreCapacity']).toMatch(/^(true|false)$/)
    expect(Object.fromEntries(new URLSearchParams(toFormBody(form)))).toEqual(form)
  })

  test('attributes are JSON of at most 4096 characters', () => {
    for (const { task, worker } of events) {
      for (const attributes of [task?.attributes, worker?.attributes]) {
        if (attributes === undefined) continue
        if (attributes.length > 4096) throw new Error('attributes are too long')
        JSON.parse(attributes)
      }
    }
  })

  function recordedForms(): ReadonlyMap<string, readonly URLSearchParams[]> {
    const forms = new Map<string, URLSearchParams[]>()
    const callbacks = join(folder, 'taskrouter-callbacks')
    for (const scenario of readdirSync(callbacks)) {
      for (const file of readdirSync(join(callbacks, scenario))) {
        // An old shape is there for the sake of tolerance; nobody sends it any more.
        if (file.startsWith('minimal')) continue
        const form = new URLSearchParams(readFileSync(join(callbacks, scenario, file), 'utf8'))
        const type = form.get('EventType') ?? ''
        forms.set(type, [...(forms.get(type) ?? []), form])
      }
    }
    return forms
  }
})

describe('Event Streams', () => {
  const batchSchema = z.array(
    z.looseObject({ data: z.looseObject({ payload: z.record(z.string(), z.unknown()) }) }),
  )
  const recorded = batchSchema.parse(
    JSON.parse(
      readFileSync(join(folder, 'event-streams/taskrouter_voice_life_batch.json'), 'utf8'),
    ),
  )

  test.each(recorded.map((one, index) => [String(one['type']), index]))(
    '%s has the members and types of the recorded one',
    (type, index) => {
      const shape = recorded[index]
      const event = events.find(
        (one) => `com.twilio.taskrouter.${one.type}` === type && one.transfer === undefined,
      )
      if (shape === undefined || event === undefined) throw new Error(`no ${type}`)
      const sent = batchSchema.element.parse(
        JSON.parse(JSON.stringify(toCloudEvent(event, centre))),
      )
      expect(shapeOf(sent)).toEqual(shapeOf(shape))
      expect(shapeOf(sent.data)).toEqual(shapeOf(shape.data))
      expect(without(sent.data.payload)).toEqual(without(shape.data.payload))
      expect(String(sent['id'])).toBe(event.sid)
      expect(sent.data.payload['timestamp']).toBe(new Date(event.at).toISOString())
    },
  )

  test('a call that was made for one worker names him as its routing target', () => {
    const dialled = events.find(({ task }) => task?.routingTarget != null)
    if (dialled === undefined) throw new Error('nobody was called')
    expect(toCallback(dialled, centre)['TaskRoutingTarget']).toMatch(/^WK/)
  })

  test('definitions are not streamed, and nothing else is kept back', () => {
    const kept = new Set(events.map(({ type }) => type).filter((type) => !isStreamed(type)))
    expect([...kept].sort()).toEqual([
      'activity.created',
      'task-channel.created',
      'workflow.created',
      'workspace.created',
    ])
  })

  function shapeOf(object: Readonly<Record<string, unknown>>): string[] {
    return Object.entries(object)
      .map(([name, value]) => `${name}: ${typeof value}`)
      .sort()
  }

  function without(payload: Readonly<Record<string, unknown>>): string[] {
    const reasons = ['reason', 'task_completed_reason', 'task_canceled_reason']
    return shapeOf(payload).filter((line) => !reasons.includes(line.split(':')[0] ?? ''))
  }
})
