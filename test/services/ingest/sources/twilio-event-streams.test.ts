import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ledgerEventSchema, type LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import { normaliseTaskRouter } from '../../../../services/ingest/sources/twilio-taskrouter.ts'
import { readEventStreams } from '../../../../services/ingest/sources/twilio-event-streams.ts'
import type { Verdict } from '../../../../services/ingest/verdict.ts'
import { fixturesIn, formOf, readFixture } from '../fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const read = (body: string | Buffer) => readEventStreams(Buffer.from(body), receivedAt)

function verdictsOf(body: string | Buffer): readonly Verdict[] {
  return read(body).judged.map(({ verdict }) => verdict)
}

function eventsOf(body: string | Buffer): readonly LedgerEvent[] {
  return verdictsOf(body).flatMap((verdict) => {
    if (verdict.kind === 'refused') throw new Error(verdict.reason.detail)
    return verdict.kind === 'understood' ? verdict.events : [verdict.event]
  })
}

const stream = (name: string) => readFixture(`event-streams/${name}`)
const single = stream('taskrouter_single_object_not_array.json').toString('utf8')

describe('every recorded request', () => {
  test.each(fixturesIn('event-streams'))('%s gives events that the ledger takes', (path) => {
    for (const event of eventsOf(readFixture(path))) {
      expect(ledgerEventSchema.parse(event)).toEqual(event)
      expect(event).toMatchObject({ road: 'stream', receivedAt })
    }
  })

  test.each(fixturesIn('event-streams').filter((path) => path.includes('/taskrouter_')))(
    '%s is understood whole',
    (path) => {
      const verdicts = verdictsOf(readFixture(path))
      expect(verdicts.length).toBeGreaterThan(0)
      expect(verdicts.map((verdict) => verdict.kind)).toEqual(verdicts.map(() => 'understood'))
    },
  )
})

test('the call that came by callbacks and by a stream is the same events', () => {
  const byStream = eventsOf(stream('taskrouter_voice_life_batch.json'))
  const byCallback = fixturesIn('taskrouter-callbacks/voice-life').flatMap((path) => {
    const verdict = normaliseTaskRouter(formOf(path), receivedAt)
    return verdict.kind === 'understood' ? verdict.events : []
  })
  // How an event came is all that may differ.
  const meaning = (event: LedgerEvent) => ({ ...event, road: null, payload: null })
  expect(byStream.map(meaning)).toEqual(byCallback.map(meaning))
  expect(byStream).toHaveLength(11)
})

const restPage = z.object({
  events: z.array(z.looseObject({ event_data: z.record(z.string(), z.unknown()) })),
})

test('the Events resource tells the same call, its data laid flat', () => {
  const byRest = [1, 2].flatMap((page) => {
    const body = readFixture(`rest/events_page_${page}.json`).toString()
    const { events } = restPage.parse(JSON.parse(body))
    return events.flatMap(({ event_data, ...item }) => {
      const verdict = normaliseTaskRouter({ ...item, ...event_data }, receivedAt, { road: 'rest' })
      return verdict.kind === 'understood' ? verdict.events : []
    })
  })
  const byStream = eventsOf(stream('taskrouter_voice_life_batch.json'))
  const meaning = (event: LedgerEvent) => ({ ...event, road: null, payload: null })
  const known = new Map(byStream.map((event) => [event.id, meaning(event)]))
  const both = byRest.filter((event) => known.has(event.id))
  expect(both).toHaveLength(11)
  for (const event of both) expect(meaning(event)).toEqual(known.get(event.id))
})

test('each element is kept exactly as it was sent', () => {
  const element =
    '{ "type" : "com.acme.x", "id":"1", "data": {"n": 1.10, "big": 12345678901234567890}}'
  const [first, second] = eventsOf(`[${element} , ${single}]`)
  expect(first?.payload?.trim()).toBe(element)
  expect(second?.payload).toBe(single)
})

test('the payload says what happened when the envelope says otherwise', () => {
  expect(eventsOf(stream('quirk_documentation_style_envelope.json'))[0]).toMatchObject({
    type: 'task.created',
    id: 'EVfa4e0000000000000000000000000001',
    at: Date.UTC(2026, 2, 10, 14, 13, 20, 114),
  })
})

test.each(['sink_test_event_webhook.json', 'sink_test_event_kinesis_data_is_string.json'])(
  'the handshake %s is answered with its id and stored nowhere',
  (name) => {
    expect(read(stream(name))).toEqual({
      judged: [],
      testId: '7f0c2a10-5b8e-45f5-830d-f9cbf1d16420',
    })
  },
)

describe('a type that nobody reads yet is kept', () => {
  test('whole, with when it happened and what it is about', () => {
    // It quotes the parameters of a call, and yet tells something else than how the call goes.
    const other = 'com.twilio.voice.twiml.gather.finished'
    const body = stream('voice_call_completed.json').toString()
    const [event] = eventsOf(
      body.replaceAll('com.twilio.voice.status-callback.call.completed', other),
    )
    expect(event).toMatchObject({
      type: 'unknown',
      sourceType: other,
      source: 'twilio-event-streams',
      id: 'VWfa4e0000000000000000000000000001',
      at: Date.UTC(2026, 2, 10, 14, 18, 3),
      account: 'ACfa4e0000000000000000000000000001',
      conversation: 'CAfa4e000000000000000000000000000a',
    })
  })

  test('a user under his conversation', () => {
    const data = { ConversationSid: 'CH7', UserSid: 'US1' }
    const sent = { type: 'com.twilio.conversations.user.updated', id: 'x', data }
    expect(eventsOf(JSON.stringify(sent))).toMatchObject([{ type: 'unknown', conversation: 'CH7' }])
  })

  test.each<[string, object, Partial<LedgerEvent>]>([
    [
      'by the time in its data',
      { data: { DateCreated: '2026-03-10T15:00:01Z' } },
      { at: 1_773_154_801_000 },
    ],
    ['by when it was published', {}, { at: 1_773_154_800_000 }],
    [
      'by the time in the wrong member',
      { time: null, datacontenttype: '2026-03-10T15:00:02.5Z' },
      { at: 1_773_154_802_500 },
    ],
    ['by when it came', { time: 'soon' }, { at: receivedAt }],
    [
      'under its task',
      { data: { task_sid: 'WT1', worker_sid: 'WK1' } },
      { task: 'WT1', worker: 'WK1' },
    ],
    ['with data that are a text', { data: '{"CallSid":"CA1"}' }, { conversation: 'CA1' }],
    ['with data that are nothing', { data: 'x' }, { conversation: null }],
  ])('%s', (_, changes, expected) => {
    const sent = { type: 'com.acme.thing', id: 'x', time: '2026-03-10T15:00:00Z', ...changes }
    expect(eventsOf(JSON.stringify(sent))[0]).toMatchObject(expected)
  })

  test('also without an id, under the same one each time', () => {
    const sent = '{"type":"com.acme.thing","time":"2026-03-10T15:00:00Z"}'
    const [once] = eventsOf(sent)
    expect(once?.id).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(eventsOf(sent)[0]?.id).toBe(once?.id)
  })
})

describe('what is broken spoils nothing else', () => {
  test.each([
    ['an element that is no JSON', '{"type": nonsense}', 'unreadable'],
    ['an element that is no object', '17', 'shape'],
    ['an element without a type', '{"id":"1"}', 'shape'],
    ['a reservation of no task', single.replace('"task_sid"', '"task_said"'), 'missing'],
    [
      'the future',
      single.replaceAll('2026-03-10T14:13:31.480Z', '2026-03-12T00:00:00.000Z'),
      'future',
    ],
  ])('%s', (_, element, code) => {
    const verdicts = verdictsOf(`[${single},${element},${single}]`)
    expect(verdicts.map((verdict) => verdict.kind)).toEqual(['understood', 'refused', 'understood'])
    expect(verdicts[1]).toMatchObject({ reason: { code } })
    const [, refused] = read(`[${single},${element},${single}]`).judged
    expect(Buffer.from(refused?.body ?? []).toString()).toBe(element)
  })

  test.each(['', 'x', '[', '[{}', '[{}]]', '{"type"', '"', 'null', '[[[[[[', '\u0000'])(
    'the body %j is refused as a whole',
    (body) => {
      const { judged } = read(body)
      expect(judged.map(({ verdict }) => verdict.kind)).toEqual(['refused'])
    },
  )

  test.each(['[]', ' [ ] ', '\ufeff[]'])('the body %j is nothing', (body) => {
    expect(read(body)).toEqual({ judged: [], testId: null })
  })

  test('a depth that no event has', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    expect(verdictsOf(`[{"type":"com.acme.deep","data":{"x":${deep}}},${single}]`)).toHaveLength(2)
  })

  test('more elements than events can be', () => {
    expect(verdictsOf(`[${'1,'.repeat(20_000)}1]`).map((verdict) => verdict.kind)).toEqual([
      'refused',
    ])
  })
})
