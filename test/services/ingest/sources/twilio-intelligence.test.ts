import { describe, expect, test } from 'vitest'
import { eventsIn, jsonSending, read, recorded } from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const account = 'ACfa4e0000000000000000000000000001'
const transcript = 'GTfa4e0000000000000000000000000001'

describe('Intelligence', () => {
  const source = 'twilio-intelligence'

  test.each(['json', 'form'])('tells as %s that a transcript is there', async (form) => {
    const sending = recorded(`intelligence/v2_transcript_available.${form}`)
    const type = 'voice_intelligence_transcript_available'
    expect(await eventsIn(source, sending, receivedAt)).toMatchObject([
      {
        ...{ type: 'transcript.available', source, account, sourceType: type, at: receivedAt },
        ...{ id: `${transcript}/${type}`, task: 'WTfa4e0000000000000000000000000001' },
      },
    ])
  })

  test('tells each result of an operator', async () => {
    const sending = recorded('intelligence/v3_operator_results.json')
    const [event, ...others] = await eventsIn(source, sending, receivedAt)
    expect(others).toEqual([])
    expect(event).toMatchObject({
      ...{ type: 'operator.result', source, account, reason: 'Sentiment', status: 'positive' },
      id: 'intelligence_operatorresult_fa4e0000000000000000001',
      conversation: 'CHfa4e0000000000000000000000000007',
      at: Date.parse('2026-03-10T16:20:30.788Z'),
    })
    expect(JSON.parse(event?.payload ?? '')).toEqual(JSON.parse(sending.body.toString()))
  })

  const result = (id: string, more: object = {}) => ({
    ...{ id, dateCreated: '2026-03-10T16:20:30Z', outputFormat: 'TEXT', result: 'a summary' },
    ...more,
  })

  test('gives each result of one body a verdict of its own, that can be read alone', async () => {
    const results = [result('one'), 7, result('', {}), result('two', { dateCreated: 'noon' })]
    const body = jsonSending({ accountId: account, operatorResults: [...results, result('three')] })
    const judged = await read(source, body, receivedAt)
    const verdicts = judged.map(({ verdict }) =>
      verdict.kind === 'refused' ? verdict.reason.code : verdict.kind,
    )
    expect(verdicts).toEqual(['understood', 'shape', 'missing', 'time', 'understood'])
    const last = { body: Buffer.from(judged[4]?.body ?? []), contentType: 'application/json' }
    expect(await eventsIn(source, last, receivedAt)).toMatchObject([{ id: 'three', status: null }])
  })

  test.each(['1773159630788355855', 1_773_159_630_788_355_840, '2026-03-10T16:20:30.788355855Z'])(
    'reads a time in nanoseconds: %s',
    async (dateCreated) => {
      const body = jsonSending({ operatorResults: [result('one', { dateCreated })] })
      const [event] = await eventsIn(source, body, receivedAt)
      expect(event?.at).toBe(Date.parse('2026-03-10T16:20:30.788Z'))
    },
  )

  test('tells by a stream that the results of a transcript are there', async () => {
    const sending = recorded('event-streams/intelligence_results_available.json')
    const type = 'com.twilio.engagement-intelligence.transcript.operators.results-available'
    expect(await eventsIn('twilio-event-streams', sending, receivedAt)).toMatchObject([
      {
        ...{ type: 'transcript.available', source, account, road: 'stream' },
        ...{ id: `${transcript}/${type}`, at: Date.parse('2026-03-10T14:25:00Z') },
      },
    ])
  })

  test('tells by a stream a single result', async () => {
    const type = 'com.twilio.intelligence.operator-result.created'
    const sending = jsonSending({ id: 'EZ1', type, data: result('one') })
    expect(await eventsIn('twilio-event-streams', sending, receivedAt)).toMatchObject([
      { type: 'operator.result', id: 'one', source, sourceType: type },
    ])
  })

  test('keeps what nobody reads', async () => {
    const sending = jsonSending({ event_type: 'transcript_redacted', transcript_sid: 'GT1' })
    expect(await eventsIn(source, sending, receivedAt)).toMatchObject([
      { type: 'unknown', sourceType: 'transcript_redacted' },
    ])
  })
})

describe('an AI Assistant', () => {
  const source = 'twilio-assistants'

  test.each(['json', 'form'])('has answered, as %s', async (form) => {
    const sending = recorded(`assistants/answer.${form}`)
    expect(await eventsIn(source, sending, receivedAt)).toMatchObject([
      {
        ...{ type: 'assistant.message', source, account, author: 'bot', at: receivedAt },
        conversation: 'CHfa4e0000000000000000000000000046',
        address: '+15550101007',
        subjects: ['phone:+15550101007'],
      },
    ])
  })

  test('may say the same twice', async () => {
    const sending = recorded('assistants/answer.json')
    const [first] = await eventsIn(source, sending, receivedAt)
    const [second] = await eventsIn(source, sending, receivedAt + 1)
    expect(first?.id).not.toBe(second?.id)
  })

  test('that did not answer has said nothing', async () => {
    const events = await eventsIn(source, recorded('assistants/failed.json'), receivedAt)
    expect(events).toMatchObject([{ type: 'unknown', sourceType: 'assistant.Failed' }])
  })

  test('keeps to the names of the API too', async () => {
    const sending = jsonSending({ session_id: 'voice__CA1', body: 'Hello', status: 'success' })
    expect(await eventsIn(source, sending, receivedAt)).toMatchObject([
      { type: 'assistant.message', conversation: null, status: 'success' },
    ])
  })
})
