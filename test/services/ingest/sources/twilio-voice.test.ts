import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import {
  eventsIn,
  formFields,
  formOfFields,
  jsonSending,
  read,
  recorded,
  recordedBy,
  sourceNamed,
} from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const source = 'twilio-voice'
const folder = 'voice-callbacks'
const moment = (time: string) => Date.parse(`2026-03-10T${time}Z`)
const account = 'ACfa4e0000000000000000000000000001'

const call = 'CAfa4e00000000000000000000000000c8'
const ofCall = {
  ...{ call, channel: 'voice', direction: 'outbound', subjects: ['phone:+15550101020'] },
  ...{ address: '+15550101020', proxyAddress: '+15550100100' },
}
const conference = 'CFfa4e0000000000000000000000000001'
const ofConference = { conference, task: 'WTfa4e0000000000000000000000000001' }
const customerLeg = 'CAfa4e000000000000000000000000000a'
const ofCustomer = { ...ofConference, call: customerLeg, label: 'customer' }

const told: Readonly<Record<string, object>> = {
  'call_0_initiated.form': {
    ...ofCall,
    type: 'call.initiated',
    id: `${call}/0`,
    at: moment('18:40:00'),
    sequence: 0,
    status: 'initiated',
  },
  'call_1_ringing.form': { ...ofCall, type: 'call.ringing', id: `${call}/1`, sequence: 1 },
  'call_2_in-progress.form': {
    ...ofCall,
    type: 'call.answered',
    id: `${call}/2`,
    at: moment('18:40:09'),
    status: 'in-progress',
  },
  'call_3_completed.form': {
    ...ofCall,
    type: 'call.completed',
    id: `${call}/3`,
    status: 'completed',
    reason: null,
    durationMs: 53_000,
  },
  'call_busy.form': {
    type: 'call.completed',
    id: 'CAfa4e00000000000000000000000000c9/2',
    status: 'busy',
    reason: '486',
    durationMs: 0,
  },
  'conference_1_participant-join.form': {
    ...ofCustomer,
    type: 'conference.participant.join',
    id: `${conference}/1`,
    at: moment('14:13:40'),
    sequence: 1,
  },
  'conference_2_participant-join.form': {
    ...ofConference,
    type: 'conference.participant.join',
    id: `${conference}/2`,
    label: 'worker',
  },
  'conference_3_conference-start.form': {
    ...ofConference,
    type: 'conference.start',
    id: `${conference}/3`,
    call: null,
  },
  'conference_4_participant-hold.form': {
    ...ofCustomer,
    type: 'conference.participant.hold',
    id: `${conference}/4`,
    at: moment('14:15:10'),
  },
  'conference_5_participant-unhold.form': {
    ...ofCustomer,
    type: 'conference.participant.unhold',
    id: `${conference}/5`,
    at: moment('14:16:02'),
  },
  'conference_6_participant-leave.form': {
    ...ofCustomer,
    type: 'conference.participant.leave',
    id: `${conference}/6`,
    reason: 'participant_hung_up',
    status: 'completed',
  },
  'conference_7_participant-leave.form': {
    ...ofConference,
    type: 'conference.participant.leave',
    id: `${conference}/7`,
    reason: 'moderator_ended_conference',
  },
  'conference_8_conference-end.form': {
    ...ofConference,
    type: 'conference.end',
    id: `${conference}/8`,
    reason: 'last-participant-left',
  },
  'recording_completed.form': {
    type: 'recording.updated',
    id: 'REfa4e0000000000000000000000000014/completed',
    // It began at 18:40:09 and has 52 seconds.
    at: moment('18:41:01'),
    call,
    status: 'completed',
    reason: null,
    durationMs: 52_000,
  },
}

test.each(Object.entries(told))('%s', async (name, expected) => {
  const events = await eventsIn(source, recorded(`${folder}/${name}`), receivedAt)
  expect(events).toMatchObject([{ source, account, road: 'callback', ...expected }])
})

test('all that was recorded is told above', () => {
  const paths = recordedBy(sourceNamed(source)).map(({ path }) => path)
  expect(paths).toEqual(Object.keys(told).map((name) => `${folder}/${name}`))
})

describe('a fact that came by both roads is one event', () => {
  const meaning = (event: LedgerEvent) => ({ ...event, road: null, payload: null })

  const types = (name: string) => {
    if (name.startsWith('recording')) return ['status-callback.recording.processed']
    if (name.startsWith('call')) {
      return ['status-callback.call.completed', 'webhook.status-callback.call.completed']
    }
    return [
      'status-callback.conference.participant.updated',
      'status-callback.conference-participant.updated',
      'status-callback.conference.updated',
    ]
  }

  test.each(Object.keys(told))('%s', async (name) => {
    const path = `${folder}/${name}`
    const byCallback = await eventsIn(source, recorded(path), receivedAt)
    const parameters = formFields(path)
    for (const type of types(name)) {
      const data = { timestamp: '2026-03-10T22:00:00.250Z', request: { parameters } }
      const sent = jsonSending({ id: 'VW1', type: `com.twilio.voice.${type}`, data })
      const byStream = await eventsIn('twilio-event-streams', sent, receivedAt)
      expect(byStream.map(meaning)).toEqual(byCallback.map(meaning))
      expect(byStream).toHaveLength(1)
    }
  })

  test('a hold that was recorded from both', async () => {
    const stream = recorded('event-streams/voice_conference_participant_hold.json')
    const byStream = await eventsIn('twilio-event-streams', stream, receivedAt)
    const form = recorded(`${folder}/conference_4_participant-hold.form`)
    expect(byStream.map(meaning)).toEqual((await eventsIn(source, form, receivedAt)).map(meaning))
  })
})

describe('Voice Insights', () => {
  const summed = (name: string) =>
    eventsIn('twilio-event-streams', recorded(`event-streams/${name}`), receivedAt)

  test('sums up a call', async () => {
    expect(await summed('voice_insights_call_summary_complete.json')).toMatchObject([
      {
        ...{ type: 'call.summary', source, account, road: 'stream', call: customerLeg },
        id: `${customerLeg}/summary/3/complete`,
        at: moment('14:48:10'),
        durationMs: 318_000,
        status: 'completed',
        reason: 'caller',
        direction: 'inbound',
        channel: 'voice',
        address: '+15550101001',
        proxyAddress: '+15550100100',
        parentCall: null,
        subjects: ['phone:+15550101001'],
      },
    ])
  })

  test('sums up a conference', async () => {
    expect(await summed('voice_insights_conference_summary.json')).toMatchObject([
      {
        ...{ type: 'conference.summary', ...ofConference, durationMs: 263_000 },
        ...{ id: `${conference}/summary/complete`, reason: 'last_participant_left' },
      },
    ])
  })

  test('tells when a participant was put on hold, to the millisecond', async () => {
    const participant = 'CPfa4e0000000000000000000000000001'
    const about = { source, account, conference, participant, call: customerLeg, label: 'customer' }
    const cause = 'conference.participant.summary'
    expect(await summed('voice_insights_conference_participant_summary.json')).toMatchObject([
      { ...about, type: cause, id: `${participant}/summary/complete`, durationMs: 261_000 },
      {
        ...{ ...about, type: 'conference.participant.hold', cause, payload: null },
        ...{ id: `${participant}/hold/1773152110000`, at: moment('14:15:10') },
      },
      {
        ...{ ...about, type: 'conference.participant.unhold', cause, payload: null },
        ...{ id: `${participant}/unhold/1773152162000`, at: moment('14:16:02') },
      },
    ])
  })

  test('a moment that cannot be is left out, and the summary stays', async () => {
    const hold = [1, -5, 'x', null, 1e300, receivedAt + 86_400_000, receivedAt - 1000]
    const data = { participant_sid: 'CP1', conference_sid: 'CF1', events: { hold, unhold: 'no' } }
    const type = 'com.twilio.voice.insights.conference-participant-summary.complete'
    const time = '2026-03-10T20:00:00Z'
    const sent = jsonSending({ id: 'EZ1', type, time, data })
    const events = await eventsIn('twilio-event-streams', sent, receivedAt)
    expect(events.map(({ type, at }) => [type, at])).toEqual([
      ['conference.participant.summary', Date.parse(time)],
      ['conference.participant.hold', receivedAt - 1000],
    ])
  })

  test('what is measured during a call is kept', async () => {
    const type = 'com.twilio.voice.insights.call-metrics.sdk'
    const sent = jsonSending({ id: 'EZ2', type, data: { call_sid: 'CA1' } })
    expect(await eventsIn('twilio-event-streams', sent, receivedAt)).toMatchObject([
      { type: 'unknown', sourceType: type, conversation: 'CA1' },
    ])
  })
})

describe('what a callback says', () => {
  const judge = (fields: Readonly<Record<string, string>>) =>
    read(source, formOfFields(fields), receivedAt)
  const Timestamp = 'Tue, 10 Mar 2026 18:40:00 +0000'
  const CallSid = 'CA1'

  test.each([
    ['queued', 'call.initiated'],
    ['failed', 'call.completed'],
    ['no-answer', 'call.completed'],
    ['canceled', 'call.completed'],
  ])('a call that is %s is %s', async (CallStatus, type) => {
    const [judged] = await judge({ CallSid, CallStatus, Timestamp })
    // Without a number the status tells one report from another.
    const events = [{ type, status: CallStatus, id: `CA1/${CallStatus}` }]
    expect(judged?.verdict).toMatchObject({ kind: 'understood', events })
  })

  test('the softphone of an agent is nobody’s customer', async () => {
    const leg = { CallSid, CallStatus: 'ringing', Timestamp, Direction: 'outbound-dial' }
    for (const To of ['client:ana_2Eruiz_40example_2Ecom', 'sip:ana@sip.example.com']) {
      const [judged] = await judge({ ...leg, From: '+15550101001', To })
      const events = [{ address: To, proxyAddress: '+15550101001', subjects: [] }]
      expect(judged?.verdict).toMatchObject({ events })
    }
  })

  test('a request for instructions is not taken for a report', async () => {
    const [judged] = await judge({ CallSid, CallStatus: 'in-progress', Direction: 'inbound' })
    expect(judged?.verdict).toMatchObject({
      kind: 'unknown',
      event: { sourceType: 'in-progress', conversation: CallSid },
    })
  })

  test.each<[Record<string, string>, string]>([
    [{ CallSid, AnsweredBy: 'human' }, 'twilio-voice'],
    [{ CallSid, CallStatus: 'levitating', Timestamp }, 'levitating'],
    [
      { ConferenceSid: 'CF1', StatusCallbackEvent: 'participant-dance', Timestamp },
      'participant-dance',
    ],
  ])('%j is kept', async (fields, sourceType) => {
    const [judged] = await judge(fields)
    expect(judged?.verdict).toMatchObject({ kind: 'unknown', event: { sourceType } })
  })

  test.each<[string, Record<string, string>]>([
    ['missing', { CallStatus: 'completed', Timestamp }],
    ['missing', { A: '1' }],
    ['time', { CallSid, CallStatus: 'completed', SequenceNumber: '3', Timestamp: 'noon' }],
    ['time', { ConferenceSid: 'CF1', StatusCallbackEvent: 'conference-end' }],
    ['future', { CallSid, CallStatus: 'ringing', Timestamp: 'Thu, 12 Mar 2026 18:40:00 +0000' }],
  ])('%s: %j is refused', async (code, fields) => {
    const [judged] = await judge(fields)
    expect(judged?.verdict).toMatchObject({ kind: 'refused', reason: { code } })
  })

  test('a recording that never was is dated by when that was said', async () => {
    const [judged] = await judge({ CallSid, RecordingSid: 'RE1', RecordingStatus: 'absent' })
    const events = [{ type: 'recording.updated', id: 'RE1/absent', at: receivedAt }]
    expect(judged?.verdict).toMatchObject({ events })
  })
})
