import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  callEventTypes,
  conferenceEventTypes,
  configEventTypes,
  contactEventTypes,
  conversationEventTypes,
  eventTypes,
  flowEventTypes,
  messageEventTypes,
  profileEventTypes,
  reservationEventTypes,
  taskEventTypes,
  transferEventTypes,
  workerEventTypes,
} from '../../../../schemas/events/event-types.ts'
import { customEventDataFields } from '../../../../schemas/inbound/custom-event-fields.ts'
import { customEventTypes, hubOnlyTypes } from '../../../../schemas/inbound/custom-events.ts'
import { ledgerEventFields } from '../../../../schemas/events/ledger-event.ts'
import { toSnakeCase } from '../../../../schemas/tables/tables.ts'
import { readCustomEvents } from '../../../../services/ingest/sources/custom-events.ts'

const rules = { receivedAt: Date.UTC(2026, 2, 11), clockSkewMaxMs: 300_000, batchMax: 100 }

function read(type: string, data: object) {
  const event = { specversion: '1.0', id: '17', source: '/pbx', type, time, data }
  const { judged, faults } = readCustomEvents(Buffer.from(JSON.stringify(event)), rules)
  const verdict = judged[0]?.verdict
  return { event: verdict?.kind === 'understood' ? verdict.events[0] : undefined, faults }
}

const time = '2026-03-10T14:15:10.250Z'

/** What each type cannot be without, beside the workspace. */
const groups: readonly (readonly [types: readonly string[], ids: readonly string[]])[] = [
  [taskEventTypes, ['task']],
  [transferEventTypes, ['task']],
  [reservationEventTypes, ['task', 'reservation']],
  [workerEventTypes, ['worker']],
  [configEventTypes, []],
  [conversationEventTypes, ['conversation']],
  [messageEventTypes.filter((type) => type !== 'message.added'), ['message']],
  [['message.added'], []],
  [callEventTypes, ['call']],
  [conferenceEventTypes, ['conference']],
  [flowEventTypes, ['execution']],
  [profileEventTypes, []],
  [contactEventTypes, []],
  [['source.error'], []],
]
const own = groups.flatMap(([types, ids]) =>
  types.filter((type) => !hubOnlyTypes.has(type)).map((type) => [type, ids] as const),
)

test('every type of the ledger is a channel’s to say or the hub’s alone', () => {
  expect(own.map(([type]) => type).sort()).toEqual([...customEventTypes].sort())
  expect([...customEventTypes, ...hubOnlyTypes].sort()).toEqual([...eventTypes].sort())
})

describe.each(own)('%s', (type, ids) => {
  const data = { workspace: 'WS1', ...Object.fromEntries(ids.map((id) => [id, `${id}-1`])) }

  test('is understood with what it cannot be without', () => {
    const { event, faults } = read(type, data)
    expect(faults).toEqual([])
    expect(event).toMatchObject({ type, road: 'api', ...data })
  })

  test('is told of everything that it lacks, at once', () => {
    const { event, faults } = read(type, {})
    expect(event).toBeUndefined()
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual(
      ['workspace', ...ids].map((name) => `/data/${name}`).sort(),
    )
  })
})

test.each([...hubOnlyTypes])('%s is for the hub to say', (type) => {
  expect(read(type, { workspace: 'WS1', task: 'T1', address: 'x' }).faults).toEqual([
    { pointer: '/type', detail: 'is for the hub itself to say' },
  ])
})

test('a message that is told of by its author and conversation alone is the event', () => {
  const minimal = { workspace: 'WS1', conversation: 'K1', author: 'customer' }
  expect(read('message.added', minimal).event).toMatchObject({
    ...{ conversation: 'K1', author: 'customer', message: '/pbx#17' },
  })
  expect(read('message.added', { ...minimal, message: 'M1' }).event).toMatchObject({
    message: 'M1',
  })
})

test('the worked example of a chat may be sent as it is', () => {
  const path = join(import.meta.dirname, '../../../fixtures/metrics/15-messaging-responses.json')
  const { events } = exampleSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  const sent = events.map(({ id, ts, type, ...data }) => ({
    ...{ specversion: '1.0', source: '/chat', id, type, time: ts },
    data: { workspace: 'WS1', ...data },
  }))
  const { judged, faults } = readCustomEvents(Buffer.from(JSON.stringify(sent)), rules)
  expect(faults).toEqual([])
  expect(sent.length).toBeGreaterThan(10)
  expect(judged.map(({ verdict }) => verdict.kind)).toEqual(sent.map(() => 'understood'))
})

const exampleSchema = z.object({
  events: z.array(z.looseObject({ id: z.string(), ts: z.string(), type: z.string() })),
})

test('a member of the data is a field of the ledger', () => {
  const columns = new Set(ledgerEventFields.map((field) => toSnakeCase(field)))
  expect(Object.keys(customEventDataFields).filter((name) => !columns.has(name))).toEqual([])
})

test('what is said of a contact reaches the ledger field by field', () => {
  const said = {
    ...{ workspace: 'WS1', conversation: 'K1', call: 'C1', parent_call: 'C0', conference: 'F1' },
    ...{ customer_call: 'C2', message: 'M1', participant: 'P1', author: 'agent', identity: 'ann' },
    ...{ address: '+15550100', proxy_address: '+15550199', label: 'worker', flow: 'FW1' },
    ...{ execution: 'X1', step: 'ask', next_step: 'tell', duration_ms: 1500, status: 'delivered' },
  }
  expect(read('message.status', said).event).toMatchObject({
    ...{ conversation: 'K1', call: 'C1', parentCall: 'C0', conference: 'F1', customerCall: 'C2' },
    ...{ message: 'M1', participant: 'P1', author: 'agent', identity: 'ann' },
    ...{ address: '+15550100', proxyAddress: '+15550199', label: 'worker', flow: 'FW1' },
    ...{ execution: 'X1', step: 'ask', nextStep: 'tell', durationMs: 1500, status: 'delivered' },
  })
})

test('every member of the data reaches its field', () => {
  const values: Readonly<Record<string, unknown>> = {
    ...{ subjects: ['phone:+15550100'], requested_at: time, attributes: { note: 'x' } },
    ...{ direction: 'inbound', entry: 'new', author: 'agent' },
  }
  const data = Object.fromEntries(
    Object.entries(customEventDataFields).map(([name, schema], index) => {
      // Each another, so that none can stand in the field of its neighbour.
      const candidates = [values[name], `the ${name}`, index, true]
      return [name, candidates.find((each) => each !== undefined && schema.safeParse(each).success)]
    }),
  )
  const { event, faults } = read('task.created', data)
  expect(faults).toEqual([])
  const said = new Map(
    Object.entries(event ?? {}).map(([name, value]) => [toSnakeCase(name), value]),
  )
  const reached = Object.keys(data).map((name) => [name, said.get(name)])
  expect(Object.fromEntries(reached)).toEqual({
    ...data,
    requested_at: Date.parse(time),
    attributes: '{"note":"x"}',
  })
})
