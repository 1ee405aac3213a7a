import { CloudEvent, HTTP, type CloudEventV1, type Message } from 'cloudevents'
import { afterEach, expect, test } from 'vitest'
import { openDoor, type Door } from './door.ts'

const opened: Door[] = []
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close()
})

const sent: CloudEventV1<Record<string, unknown>> = {
  specversion: '1.0',
  id: '17',
  source: '/channels/kiosk',
  type: 'call.answered',
  time: '2026-03-10T14:15:10.250Z',
  data: { workspace: 'WS1', call: 'C-1', label: 'Grüße ☎' },
}

/** As a program that uses the SDK puts it on the wire. */
const modes = {
  structured: (event: CloudEvent<Record<string, unknown>>) => HTTP.structured(event),
  binary: (event: CloudEvent<Record<string, unknown>>) => HTTP.binary(event),
  // It reads batches, and has nothing that writes them.
  batch: (event: CloudEvent<Record<string, unknown>>): Message => ({
    headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
    body: JSON.stringify([event]),
  }),
}
const each = Object.entries(modes)

async function post(message: Message, headers: object = {}) {
  const door = await openDoor()
  opened.push(door)
  const answer = await door.app.inject({
    method: 'POST',
    url: '/events',
    headers: { ...message.headers, ...headers },
    payload: typeof message.body === 'string' ? message.body : '',
  })
  const [stored] = await door.eventsIn('ledgerline.conversations')
  return { status: answer.statusCode, answer: answer.json<Answer>(), stored }
}

interface Answer {
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

/** What the ledger has kept of the event as it came. */
function payloadOf({ stored }: Awaited<ReturnType<typeof post>>): unknown {
  return JSON.parse(stored?.payload ?? 'null')
}

test.each(each)('what the SDK emits in %s mode is the event that it is', async (_, emit) => {
  const posted = await post(emit(new CloudEvent(sent)))
  expect(posted).toMatchObject({ status: 202, answer: { understood: 1 } })
  expect(posted.stored).toMatchObject({
    type: 'call.answered',
    id: '/channels/kiosk#17',
    source: '/channels/kiosk',
    at: Date.UTC(2026, 2, 10, 14, 15, 10, 250),
    call: 'C-1',
    label: 'Grüße ☎',
  })
  expect(payloadOf(posted)).toMatchObject({ ...sent })
})

test.each(each)('in %s mode extensions, subject and schema are kept', async (_, emit) => {
  const more = {
    subject: 'lobby',
    dataschema: 'https://example.com/schemas/1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    datacontenttype: 'application/json; charset=utf-8',
  }
  const posted = await post(emit(new CloudEvent({ ...sent, ...more })))
  expect(posted.status).toBe(202)
  expect(payloadOf(posted)).toMatchObject(more)
})

test.each(each)(
  'in %s mode data of a type of JSON are taken, and others are not',
  async (_, emit) => {
    const json = new CloudEvent({ ...sent, datacontenttype: 'application/vnd.acme.pbx+json' })
    expect((await post(emit(json))).status).toBe(202)
    const xml = new CloudEvent({ ...sent, datacontenttype: 'text/xml' })
    const refused = await post(emit(xml))
    // In the binary mode the type of the data is that of the request.
    expect([400, 415]).toContain(refused.status)
    expect(refused.stored).toBeUndefined()
  },
)

test.each(['structured', 'batch'] as const)(
  'in %s mode data that are bytes are refused, and it is said why',
  async (mode) => {
    const bytes = { ...new CloudEvent(sent).toJSON(), data: undefined, data_base64: 'AAEC' }
    const { status, answer } = await post({
      headers: modes[mode](new CloudEvent(sent)).headers,
      body: JSON.stringify(mode === 'batch' ? [bytes] : bytes),
    })
    expect(status).toBe(400)
    const place = mode === 'batch' ? '/0' : ''
    expect(answer.errors).toEqual(
      expect.arrayContaining([
        { pointer: `${place}/data_base64`, detail: 'the data must be JSON, in `data`' },
      ]),
    )
  },
)

test('the values of headers are percent-decoded, and taken out of quotes', async () => {
  const message = HTTP.binary(new CloudEvent(sent))
  const posted = await post(message, {
    'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80',
    'ce-place': '"the \\"lobby\\""',
    'ce-rate': '100% sure',
  })
  expect(payloadOf(posted)).toMatchObject({
    subject: 'Euro € 😀',
    place: 'the "lobby"',
    rate: '100% sure',
  })
})

test.each(['ce-id', 'ce-source', 'ce-type', 'ce-specversion', 'ce-time'])(
  'an event without the header %s is told that it has none, and nothing is made up',
  async (name) => {
    const message = HTTP.binary(new CloudEvent(sent))
    const headers = Object.fromEntries(
      Object.entries(message.headers).filter(([header]) => header !== name),
    )
    const { status, answer, stored } = await post({ ...message, headers })
    expect(status).toBe(400)
    expect(answer.errors?.map(({ pointer }) => pointer)).toContain(`/${name.slice(3)}`)
    expect(stored).toBeUndefined()
  },
)

test('every fault of the headers and of the body is named at once', async () => {
  const message = HTTP.binary(new CloudEvent(sent))
  const { answer } = await post(
    { ...message, body: '{"call":"","duration_ms":-1}' },
    { 'ce-time': 'noon', 'ce-source': 'a b', 'ce-dataschema': 'x y', 'ce-two-words': '1' },
  )
  expect(answer.errors?.map(({ pointer }) => pointer).sort()).toEqual([
    ...['', '/data/call', '/data/duration_ms', '/data/workspace'],
    ...['/dataschema', '/source', '/time'],
  ])
})

test('a body that is no JSON cannot add attributes to its headers', async () => {
  const message = HTTP.binary(new CloudEvent(sent))
  const body = '{"workspace":"WS1","call":"C-1"},"type":"call.completed","x":{}'
  const { status, answer, stored } = await post({ ...message, body })
  expect({ status, stored }).toEqual({ status: 400, stored: undefined })
  expect(answer.errors).toMatchObject([{ pointer: '/data' }])
})

test('members that mean something to the language mean nothing here', async () => {
  const { time, ...rest } = sent
  const text = JSON.stringify({ ...rest, constructor: 'x', validate: 1, time })
  const body = text.replace('{', '{"__proto__":{"type":"clock.ticked"},')
  const odd = await post({ headers: { 'content-type': 'application/cloudevents+json' }, body })
  expect(odd).toMatchObject({ status: 400, answer: { errors: [{ pointer: '' }] } })
  const fine = await post({
    headers: { 'content-type': 'application/cloudevents+json' },
    body: text,
  })
  expect(fine).toMatchObject({ status: 202, stored: { type: 'call.answered', payload: text } })
})
