import { CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test } from 'vitest'
import { listDeadLetters, readDeadLetter } from '../../../services/ingest/dead-letters.ts'
import { LedgerlineError, type ErrorCode } from '../../../services/runtime/errors.ts'
import { authToken, openDoor, receivedAt, type Door, type DoorOptions } from './door.ts'
import { fixturesIn, formOf, readFixture } from './fixtures.ts'

const opened: Door[] = []
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close()
})

async function open(options?: DoorOptions): Promise<Door> {
  const door = await openDoor(options)
  opened.push(door)
  return door
}

const callback = readFixture('taskrouter-callbacks/voice-life/05_reservation.created.form')
const batch = readFixture('event-streams/taskrouter_voice_life_batch.json')
const single = readFixture('event-streams/taskrouter_single_object_not_array.json').toString()
const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id).sort()

describe('a callback of TaskRouter', () => {
  test('is answered with 204 as JSON once it stands under task and worker', async () => {
    const door = await open()
    const answer = await door.postForm(callback)
    expect(answer.statusCode).toBe(204)
    expect(answer.headers['content-type']).toMatch('application/json')
    expect(answer.body).toBe('')
    const [underTask] = await door.eventsIn('ledgerline.tasks')
    expect(underTask).toMatchObject({ type: 'reservation.created', road: 'callback', receivedAt })
    expect(await door.eventsIn('ledgerline.workers')).toEqual([underTask])
    expect(door.ingest.status().lastReceivedAt).toEqual(
      new Map([['twilio-taskrouter', receivedAt]]),
    )
  })

  test('of an activity reaches every shard of workers', async () => {
    const door = await open()
    await door.postForm(readFixture('taskrouter-callbacks/configuration/01_activity.created.form'))
    expect(await door.log.end('ledgerline.workers')).toEqual([1, 1])
    expect(await door.eventsIn('ledgerline.config')).toHaveLength(1)
  })

  test('is stored, whichever was recorded', async () => {
    const door = await open()
    for (const path of fixturesIn('taskrouter-callbacks')) {
      expect((await door.postForm(readFixture(path))).statusCode).toBe(204)
    }
    expect(await listDeadLetters(door.log)).toEqual([])
  })

  test.each([
    ['with another token', (door: Door) => door.postForm(callback, 'wrong')],
    [
      'without a signature',
      (door: Door) =>
        door.app.inject({ method: 'POST', url: '/twilio/taskrouter', payload: callback }),
    ],
  ])('%s is turned away and stored nowhere', async (_, post) => {
    const door = await open()
    const answer = await post(door)
    expect(answer.statusCode).toBe(403)
    expect(answer.body).toBe('')
    expect(await door.eventsIn('ledgerline.tasks')).toEqual([])
    expect(await listDeadLetters(door.log)).toEqual([])
    expect(await door.metrics.text()).toContain(
      'ledgerline_ingest_signature_failures_total{source="twilio-taskrouter"} 1',
    )
  })

  test('is known by the public address, whatever the proxy asks for', async () => {
    const door = await open({ config: { publicUrl: 'http://localhost/' } })
    const { headers, url } = { headers: { host: '10.0.0.7:8080' }, url: '/twilio/taskrouter' }
    const signed = await (await open()).postForm(callback)
    expect(signed.statusCode).toBe(204)
    const signature = signed.raw.req.headers['x-twilio-signature']
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const request = { method: 'POST', url, payload: callback } as const
    const all = { ...headers, ...form, 'x-twilio-signature': String(signature) }
    expect((await door.app.inject({ ...request, headers: all })).statusCode).toBe(204)
    const other = await open()
    expect((await other.app.inject({ ...request, headers: all })).statusCode).toBe(403)
  })

  test('that is signed and says nothing is kept as a dead letter', async () => {
    const door = await open()
    expect((await door.postForm('A=1')).statusCode).toBe(204)
    expect((await door.postForm('A=1')).statusCode).toBe(204)
    const [letter, ...others] = await listDeadLetters(door.log)
    expect(others).toEqual([])
    expect(letter).toMatchObject({ source: 'twilio-taskrouter', reason: 'missing', times: 2 })
    const whole = await readDeadLetter(door.log, letter?.id ?? '')
    expect(Buffer.from(whole?.body ?? []).toString()).toBe('A=1')
    expect(whole).toMatchObject({ path: '/twilio/taskrouter', receivedAt })
  })
})

describe('a request of Event Streams', () => {
  test('is answered with 204 once all of it is stored', async () => {
    const door = await open()
    expect((await door.postStream(batch)).statusCode).toBe(204)
    expect(await door.eventsIn('ledgerline.tasks')).toHaveLength(11)
    expect(await door.eventsIn('ledgerline.workers')).toHaveLength(4)
  })

  test('leaves no dead letter, whichever was recorded', async () => {
    const door = await open()
    for (const path of fixturesIn('event-streams')) {
      expect((await door.postStream(readFixture(path))).statusCode).toBe(204)
    }
    expect(await listDeadLetters(door.log)).toEqual([])
  })

  test('that comes twice is the same events twice', async () => {
    const door = await open()
    await door.postStream(batch)
    const once = ids(await door.eventsIn('ledgerline.tasks'))
    await door.postStream(batch)
    expect(ids(await door.eventsIn('ledgerline.tasks'))).toEqual([...once, ...once].sort())
  })

  test('that is good in part is stored in part, and the rest are dead letters', async () => {
    const door = await open()
    expect((await door.postStream(`[${single},{"type":broken},17,${single}]`)).statusCode).toBe(204)
    expect(await door.eventsIn('ledgerline.tasks')).toHaveLength(2)
    const letters = await listDeadLetters(door.log)
    expect(letters.map(({ reason }) => reason).sort()).toEqual(['shape', 'unreadable'])
  })

  test('that is broken all over is one dead letter', async () => {
    const door = await open()
    await door.postStream(`[${'1,'.repeat(500)}${single}]`)
    expect(await door.eventsIn('ledgerline.tasks')).toHaveLength(1)
    expect(await listDeadLetters(door.log)).toMatchObject([{ reason: 'shape' }])
  })

  test.each(['', '{', 'not json', '[1,', '\u0000'])(
    'that is signed is never answered with 400: %j',
    async (body) => {
      const door = await open()
      expect((await door.postStream(body)).statusCode).toBe(204)
      expect(await listDeadLetters(door.log)).toHaveLength(1)
    },
  )

  test('of a type that nobody knows is kept and counted', async () => {
    const door = await open()
    await door.postStream(readFixture('event-streams/unknown_type_must_not_break.json'))
    expect(await door.eventsIn('ledgerline.conversations')).toMatchObject([{ type: 'unknown' }])
    expect(await door.metrics.text()).toContain(
      'ledgerline_ingest_events_total{source="twilio-event-streams",verdict="unknown"} 1',
    )
  })

  test('that tests the sink tells its id and is stored nowhere', async () => {
    const door = await open()
    const answer = await door.postStream(readFixture('event-streams/sink_test_event_webhook.json'))
    expect(answer.statusCode).toBe(204)
    expect(door.ingest.status().lastTestId).toBe('7f0c2a10-5b8e-45f5-830d-f9cbf1d16420')
    expect(await door.eventsIn('ledgerline.conversations')).toEqual([])
  })

  test('whose body is not what was signed is turned away', async () => {
    const door = await open()
    const signed = (await door.postStream(batch)).raw.req
    const answer = await door.app.inject({
      method: 'POST',
      url: signed.url ?? '',
      headers: { 'x-twilio-signature': String(signed.headers['x-twilio-signature']) },
      payload: Buffer.concat([batch, Buffer.from(' ')]),
    })
    expect(answer.statusCode).toBe(403)
  })

  test('about another account than the token’s is a dead letter', async () => {
    const authTokens = [{ token: authToken, account: 'ACother' }]
    const door = await open({ config: { authTokens } })
    expect((await door.postStream(single)).statusCode).toBe(204)
    expect(await door.eventsIn('ledgerline.tasks')).toEqual([])
    expect(await listDeadLetters(door.log)).toMatchObject([{ reason: 'account' }])
  })

  test('with an event too large for a record keeps its bytes in pieces', async () => {
    const door = await open()
    const huge = JSON.stringify({
      type: 'com.acme.huge',
      id: '1',
      data: { x: 'x'.repeat(3_000_000) },
    })
    expect((await door.postStream(`[${huge},${single}]`)).statusCode).toBe(204)
    expect(await door.eventsIn('ledgerline.tasks')).toHaveLength(1)
    const [letter] = await listDeadLetters(door.log)
    expect(letter).toMatchObject({ reason: 'too-large', bodyBytes: huge.length, times: 1 })
    const whole = await readDeadLetter(door.log, letter?.id ?? '')
    expect(Buffer.from(whole?.body ?? []).toString() === huge).toBe(true)
  })
})

describe('too much', () => {
  test('a body beyond the limit is 413', async () => {
    const door = await open({ config: { bodyBytesMax: 1000 } })
    const answer = await door.postStream(batch)
    expect(answer.statusCode).toBe(413)
    expect(answer.body).toBe('')
  })

  test('more requests than allowed are 429, with a time to come back', async () => {
    const door = await open({ config: { requestsPerSecondMax: 2 } })
    const answers: number[] = []
    // More than fit into the two windows that a slow machine may spread them over.
    for (let sent = 0; sent < 20; sent++) answers.push((await door.postForm(callback)).statusCode)
    expect(answers.slice(0, 2)).toEqual([204, 204])
    expect(answers).toContain(429)
  })

  test('who sent too many is told when to come back', async () => {
    const door = await open({ config: { requestsPerSecondMax: 0 } })
    const late = await door.postForm(callback)
    expect(late.statusCode).toBe(429)
    expect(late.headers['retry-after']).toBe('1')
    expect(late.body).toBe('')
  })
})

describe('a log that takes nothing', () => {
  const failing = (code: ErrorCode, topic: string) => (log: Door['log']) => ({
    partitions: () => log.partitions('ledgerline.tasks'),
    append: (
      to: Parameters<Door['log']['append']>[0],
      records: Parameters<Door['log']['append']>[1],
    ) =>
      to === topic
        ? Promise.reject(new LedgerlineError(code, 'no', { retryable: true }))
        : log.append(to, records),
  })

  test.each<ErrorCode>(['LOG_FULL', 'LOG_UNAVAILABLE'])('%s is 503', async (code) => {
    const door = await open({ appender: failing(code, 'ledgerline.workers') })
    const answer = await door.postForm(callback)
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('5')
    expect(answer.body).toBe('')
    expect(door.lines.join('')).toContain(code)
  })

  test('and cannot take the dead letters either, does not pass for one that did', async () => {
    const door = await open({ appender: failing('LOG_FULL', 'ledgerline.dead-letters') })
    expect((await door.postForm('A=1')).statusCode).toBe(503)
  })
})

describe('POST /events', () => {
  const event = new CloudEvent({
    id: '17',
    source: '/channels/kiosk',
    type: 'reservation.hold',
    time: '2026-03-10T14:15:10.250Z',
    data: { workspace: 'WS1', task: 'WT1', reservation: 'WR1', worker: 'WK1' },
  })
  const asked = (message: { headers: object; body: unknown }, more: object = {}) =>
    ({
      method: 'POST',
      url: '/events',
      headers: { ...message.headers, ...more },
      payload: String(message.body),
    }) as const

  test.each([
    ['structured', HTTP.structured(event)],
    ['binary', HTTP.binary(event)],
    [
      'batch',
      {
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: `[${JSON.stringify(event)}]`,
      },
    ],
  ])('takes the %s mode of CloudEvents', async (_, message) => {
    const door = await open()
    const answer = await door.app.inject(asked(message))
    expect(answer.json()).toEqual({ understood: 1, unknown: 0, refused: 0 })
    expect(answer.statusCode).toBe(202)
    const [stored] = await door.eventsIn('ledgerline.tasks')
    expect(stored).toMatchObject({
      type: 'reservation.hold',
      id: '/channels/kiosk#17',
      road: 'api',
    })
    expect(await door.eventsIn('ledgerline.workers')).toEqual([stored])
  })

  test('tells every fault and stores nothing', async () => {
    const door = await open()
    const body = JSON.stringify([event, { ...event.toJSON(), time: 'noon', id: '' }])
    const answer = await door.app.inject(
      asked({ headers: { 'content-type': 'application/json' }, body }),
    )
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(answer.json()).toMatchObject({
      status: 400,
      title: 'Bad Request',
      errors: [{ pointer: '/1/id' }, { pointer: '/1/time' }],
    })
    expect(await door.eventsIn('ledgerline.tasks')).toEqual([])
    expect(await listDeadLetters(door.log)).toEqual([])
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', undefined])(
    'takes no %s',
    async (type) => {
      const door = await open()
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await door.app.inject(asked({ headers, body: JSON.stringify(event) }))
      expect(answer.statusCode).toBe(415)
      expect(answer.json()).toMatchObject({ status: 415 })
    },
  )

  test('is open to this machine alone while there is no token', async () => {
    const door = await open()
    const message = HTTP.structured(event)
    const status = async (request: object) =>
      (await door.app.inject({ ...asked(message), ...request })).statusCode
    expect(await status({})).toBe(202)
    expect(await status({ remoteAddress: '192.0.2.7' })).toBe(401)
    expect(await status(asked(message, { host: 'evil.example.com' }))).toBe(401)
    expect(await status(asked(message, { 'x-forwarded-for': '192.0.2.7' }))).toBe(401)
  })

  test('wants one of the tokens where there are some', async () => {
    const door = await open({ config: { apiTokens: ['first', 'second'] } })
    const message = HTTP.structured(event)
    const status = async (authorization?: string) =>
      (await door.app.inject(asked(message, authorization === undefined ? {} : { authorization })))
        .statusCode
    expect(await status('Bearer second')).toBe(202)
    expect(await status('bearer first')).toBe(202)
    expect(await status()).toBe(401)
    expect(await status('Bearer third')).toBe(401)
    expect(await status('Bearer ')).toBe(401)
    expect(await status('Basic Zmlyc3Q6')).toBe(401)
  })

  test('takes what is signed as Standard Webhooks ask', async () => {
    const secret = `whsec_${Buffer.from('a secret for this test only').toString('base64')}`
    const door = await open({ config: { standardWebhookSecrets: [secret] } })
    const message = HTTP.structured(event)
    const now = new Date()
    const signed = (at: Date) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, String(message.body)),
    })
    const status = async (headers: object) =>
      (await door.app.inject(asked(message, headers))).statusCode
    expect(await status(signed(now))).toBe(202)
    expect(await status(signed(new Date(now.getTime() - 3_600_000)))).toBe(401)
    expect(await status({ ...signed(now), 'webhook-id': 'msg_2' })).toBe(401)
    expect(await status({ ...signed(now), 'webhook-signature': 'v1' })).toBe(401)
    expect(await status({})).toBe(401)
  })
})

test('no line of the log holds what anybody sent', async () => {
  const planted = ['Zaphod-Beeblebrox', '+15559998877', 'zaphod@example.com', 'planted-token']
  const [name = '', phone = '', mail = '', token = ''] = planted
  const door = await open({ config: { apiTokens: [token] } })
  const attributes = JSON.stringify({ from: phone, customers: { email: mail, name } })
  const form = formOf('taskrouter-callbacks/voice-life/05_reservation.created.form')
  const encoded = (changes: object) => new URLSearchParams({ ...form, ...changes }).toString()
  await door.postForm(encoded({ WorkerName: name, TaskAttributes: attributes }))
  await door.postForm(encoded({ TaskSid: '', WorkerName: name, TaskAttributes: attributes }))
  await door.postForm(encoded({ EventType: name, TaskAttributes: attributes }))
  await door.postForm(encoded({ WorkerName: name }), token)
  await door.postStream(`${name} ${phone}`)
  await door.postStream(JSON.stringify([name, { type: name }, { [name]: phone, type: mail }]))
  const wrong = JSON.stringify({ [name]: phone, source: mail, id: 1, data: { direction: name } })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  for (const payload of [wrong, `${name}{`, `[${wrong},${phone}]`]) {
    const answer = await door.app.inject({ method: 'POST', url: '/events', headers, payload })
    expect(answer.statusCode).toBe(400)
    for (const secret of planted) expect(answer.body).not.toContain(secret)
  }
  await door.app.inject({ method: 'POST', url: '/events', payload: wrong })
  expect(door.lines.length).toBeGreaterThan(3)
  const log = door.lines.join('') + (await door.metrics.text())
  for (const secret of planted) expect(log).not.toContain(secret)
  expect(log).not.toContain(authToken)
})
