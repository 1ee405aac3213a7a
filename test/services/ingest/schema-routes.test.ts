import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import avro from 'avsc'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { customEventDataSchemas, customEventTypes } from '../../../schemas/inbound/custom-events.ts'
import { customEventDataFields } from '../../../schemas/inbound/custom-event-fields.ts'
import { openDoor, type Door } from './door.ts'

let door: Door
beforeAll(async () => void (door = await openDoor({ config: { apiTokens: ['secret'] } })))
afterAll(() => door.close())

const ajv = new Ajv2020({ strictTypes: false })
formats.default(ajv)
const validators = new Map<string, ValidateFunction>()

/** The schema as it is fetched, compiled once: that takes longer than all else here. */
async function isValid(event: { readonly type: string }): Promise<boolean> {
  const { type } = event
  const validate = validators.get(type) ?? ajv.compile(await get(`/schemas/${type}.json`))
  validators.set(type, validate)
  return validate(event)
}

const linkSchema = z.object({ schema: z.string() })
const indexSchema = z.object({
  cloudevent: z.string(),
  events: z.array(linkSchema.extend({ type: z.string() })),
  avro: z.array(linkSchema.extend({ id: z.int(), subject: z.string(), version: z.int() })),
})

async function get(url: string): Promise<Record<string, unknown>> {
  const answer = await door.app.inject({ url })
  expect(answer.statusCode).toBe(200)
  return answer.json<Record<string, unknown>>()
}

async function index() {
  return indexSchema.parse(await get('/schemas'))
}

test('the index names a schema for every type that a channel may say', async () => {
  const { events } = await index()
  expect(events.map(({ type }) => type)).toEqual(customEventTypes)
  expect(customEventTypes.length).toBeGreaterThan(80)
})

test('a schema is JSON Schema 2020-12, and tells what each field is', async () => {
  const schema = await get('/schemas/message.added.json')
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: '/schemas/message.added.json',
    title: 'message.added',
    properties: { type: { const: 'message.added' }, data: { required: ['workspace'] } },
  })
  for (const name of Object.keys(customEventDataFields)) {
    expect(schema).toHaveProperty(['properties', 'data', 'properties', name, 'description'])
  }
})

test('where the hub knows its public address, a schema is known by it', async () => {
  const other = await openDoor({ config: { publicUrl: 'https://hub.example.com/' } })
  const { $id } = (await other.app.inject({ url: '/schemas/call.answered.json' })).json<{
    $id: string
  }>()
  await other.close()
  expect($id).toBe('https://hub.example.com/schemas/call.answered.json')
})

test('an Avro schema is the one that its id names', async () => {
  const { avro: schemas } = await index()
  expect(schemas.length).toBeGreaterThan(1)
  for (const { schema, subject } of schemas) {
    const parsed = z.custom<avro.Schema>((value) => value !== null).parse(await get(schema))
    expect(avro.Type.forSchema(parsed).name).toBe(subject)
  }
})

test('a schema is asked for once, and then whether it is still the same', async () => {
  const url = '/schemas/task.created.json'
  const first = await door.app.inject({ url })
  expect(first.headers['cache-control']).toContain('public')
  const etag = String(first.headers['etag'])
  const again = await door.app.inject({ url, headers: { 'if-none-match': `"x", W/${etag}` } })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  const other = await door.app.inject({ url, headers: { 'if-none-match': '"x"' } })
  expect([other.statusCode, other.body]).toEqual([200, first.body])
})

test.each(['/schemas/clock.ticked.json', '/schemas/avro/../ids.json', '/schemas/avro/ids.json'])(
  'there is no %s',
  async (url) => {
    expect((await door.app.inject({ url })).statusCode).toBe(404)
  },
)

describe('schema and door agree', () => {
  const sound = {
    specversion: '1.0',
    id: '17',
    source: '/pbx',
    type: 'reservation.accepted',
    time: '2026-03-10T14:15:10.250Z',
    data: { workspace: 'WS1', task: 'T1', reservation: 'R1' },
  }

  async function isTaken(event: object): Promise<boolean> {
    const { statusCode } = await door.app.inject({
      method: 'POST',
      url: '/events',
      headers: {
        'content-type': 'application/cloudevents+json',
        authorization: 'Bearer secret',
      },
      payload: JSON.stringify(event),
    })
    expect([202, 400]).toContain(statusCode)
    return statusCode === 202
  }

  test.each(customEventTypes)('about a sound %s and one without its ids', async (type) => {
    const schema = customEventDataSchemas.get(type)
    const bare = { ...sound, type, data: { workspace: 'WS1' } }
    const missing = schema?.safeParse(bare.data).error?.issues.map(({ path }) => String(path[0]))
    const ids = Object.fromEntries((missing ?? []).map((name) => [name, `${name}-1`]))
    const whole = { ...bare, data: { ...bare.data, ...ids } }
    expect([await isValid(whole), await isTaken(whole)]).toEqual([true, true])
    const expected = missing === undefined
    expect([await isValid(bare), await isTaken(bare)]).toEqual([expected, expected])
    const nowhere = { ...whole, data: ids }
    expect([await isValid(nowhere), await isTaken(nowhere)]).toEqual([false, false])
  })

  const data = (more: object) => ({ data: { ...sound.data, ...more } })

  test.each<[string, object]>([
    ['every attribute', { subject: 'x', dataschema: 'urn:x', datacontenttype: 'Text/Json; a=b' }],
    ['attributes that are null', { subject: null, datacontenttype: null, dataschema: null }],
    ['extensions', { traceparent: '00-1', level: 3, urgent: true, none: null }],
    ['an offset', { time: '2026-03-10T15:15:10+01:00' }],
    ['fields of its own', data({ colour: 'red', nested: { deep: [1] } })],
    ['fields that are null', data({ queue: null, attributes: null, subjects: null })],
    ['attributes as an object', data({ attributes: { vip: true } })],
    ['subjects', data({ subjects: ['phone:+15550100'] })],
    ['a relative source', { source: '../a#b' }],
  ])('that %s are fine', async (_, change) => {
    const event = { ...sound, ...change }
    expect([await isValid(event), await isTaken(event)]).toEqual([true, true])
  })

  test.each<[string, object]>([
    ['another version', { specversion: '0.3' }],
    ['an empty id', { id: '' }],
    ['an id too long', { id: 'x'.repeat(257) }],
    ['a source that is no URI reference', { source: 'a b' }],
    ['a time without an offset', { time: '2026-03-10T14:15:10' }],
    ['a day that there is not', { time: '2026-02-30T14:15:10Z' }],
    ['an empty subject', { subject: '' }],
    ['a schema that is no URI', { dataschema: 'x y' }],
    ['data that are not JSON', { datacontenttype: 'text/xml' }],
    ['data as bytes', { data_base64: 'AAEC' }],
    ['data that are a list', { data: [] }],
    ['an extension with capitals', { traceParent: '00-1' }],
    ['an extension with a fraction', { level: 1.5 }],
    ['an extension that is an object', { trace: { id: 1 } }],
    ['an empty task', data({ task: '' })],
    ['no workspace', { data: { task: 'T1', reservation: 'R1' } }],
    ['a direction of its own', data({ direction: 'sideways' })],
    ['a count with a fraction', data({ priority: 0.5 })],
    ['a negative length', data({ duration_ms: -1 })],
    ['a text that is a number', data({ queue_name: 7 })],
    ['too many subjects', data({ subjects: Array.from({ length: 17 }, (_, at) => `user:${at}`) })],
    ['a time that is none', data({ requested_at: 'noon' })],
    ['an author of its own', data({ author: 'parrot' })],
    ['attributes that are a list', data({ attributes: [1] })],
  ])('that %s is not', async (_, change) => {
    const event = { ...sound, ...change }
    expect([await isValid(event), await isTaken(event)]).toEqual([false, false])
  })
})
